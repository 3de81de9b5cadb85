# The catalog inside the program: data/catalog/*.csv -> catalog_build -> SQLite file
# -> .incbin. catalog_build compiles the few files it needs itself, because the catalog
# library already wants the embedded bytes.
set(catalog_here ${CMAKE_SOURCE_DIR}/models/catalog)
set(catalog_db ${CMAKE_BINARY_DIR}/catalog.db)

add_executable(catalog_build
    ${catalog_here}/build/catalog_build.c
    ${catalog_here}/catalog_db.c
    ${catalog_here}/catalog_migrate.c
    ${catalog_here}/catalog_load.c
    ${catalog_here}/catalog_doubts.c
    ${catalog_here}/catalog_prices.c
    ${catalog_here}/catalog_model.c
    ${catalog_here}/catalog_resolve.c)
target_include_directories(catalog_build PRIVATE ${catalog_here})
target_link_libraries(catalog_build PRIVATE pricing base bedplan_flags PkgConfig::SQLITE)

file(GLOB catalog_csv CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/catalog/*.csv)
add_custom_command(OUTPUT ${catalog_db}
    COMMAND catalog_build data/catalog ${catalog_db}
    DEPENDS catalog_build ${catalog_csv}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    COMMENT "catalog.db from data/catalog")

add_library(embedded_catalog STATIC ${catalog_here}/build/catalog_bytes.c)
set_source_files_properties(${catalog_here}/build/catalog_bytes.c PROPERTIES
    OBJECT_DEPENDS ${catalog_db}
    COMPILE_DEFINITIONS CATALOG_FILE="${catalog_db}")
target_include_directories(embedded_catalog PUBLIC ${catalog_here}/build)
target_link_libraries(embedded_catalog PRIVATE bedplan_flags)
target_link_libraries(catalog PUBLIC embedded_catalog)

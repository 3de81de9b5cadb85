# Manual pages from the program's own tables, when scdoc is there: man build/man/bedplan.1
# As a script (BEDPLAN, SCDOC and FOLDER given) it writes all pages.
if(CMAKE_SCRIPT_MODE_FILE)
    execute_process(COMMAND ${BEDPLAN} man --list OUTPUT_VARIABLE pages COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCHALL "[^\n]+" pages "${pages}")
    file(MAKE_DIRECTORY ${FOLDER})
    foreach(page IN LISTS pages)
        set(section 1)
        if(page MATCHES "\\.ini$")
            set(section 5) # a file, not a command
        endif()
        execute_process(COMMAND ${BEDPLAN} man ${page} COMMAND ${SCDOC}
            OUTPUT_FILE ${FOLDER}/${page}.${section} COMMAND_ERROR_IS_FATAL ANY)
    endforeach()
    return()
endif()

find_program(SCDOC scdoc)
if(SCDOC)
    set(folder ${CMAKE_BINARY_DIR}/man)
    add_custom_command(OUTPUT ${folder}/bedplan.1
        COMMAND ${CMAKE_COMMAND} -D BEDPLAN=$<TARGET_FILE:bedplan> -D SCDOC=${SCDOC}
            -D FOLDER=${folder} -P ${CMAKE_CURRENT_LIST_FILE}
        DEPENDS bedplan ${CMAKE_CURRENT_LIST_FILE} VERBATIM)
    add_custom_target(man ALL DEPENDS ${folder}/bedplan.1)
endif()

/* One line a command, in the order of --help: X(price) is cmd_price. For commands.c. */
/* clang-format off */
X(plan)
X(commit)
X(catalog_list)
X(catalog_show)
X(catalog_sources)
X(catalog_conflicts)
X(catalog_verify)
X(usage_export)
X(completion)
X(config)
X(help)
X(man)

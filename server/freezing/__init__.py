"""The static edition: the whole site as files that any host can serve, made by asking the site itself."""

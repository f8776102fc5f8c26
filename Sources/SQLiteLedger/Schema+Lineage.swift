extension Schema {
    /// What finds a row by what a person knows of it: each entry ends with the row's own key, run and line, so the newest come first without sorting.
    ///
    /// Only the end of a code is spread over the whole index; orders and card ids grow, so that new entries stand together.
    static let lineage = """
        CREATE INDEX rows_by_masked ON rows (masked) WHERE masked IS NOT NULL;
        CREATE INDEX rows_by_netsuite_order ON rows (netsuite_order) WHERE netsuite_order IS NOT NULL;
        CREATE INDEX rows_by_shopify_order ON rows (shopify_order) WHERE shopify_order IS NOT NULL;
        CREATE INDEX rows_by_card ON rows (card_id) WHERE card_id IS NOT NULL;
        CREATE INDEX runs_by_source_name ON runs (source_name);
        CREATE INDEX artifacts_by_file_name ON artifacts (file_name);
        CREATE INDEX operations_by_name ON operations (name);
        CREATE INDEX operations_by_remote_id ON operations (remote_id) WHERE remote_id IS NOT NULL;
        """
}

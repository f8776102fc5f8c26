/// What `dropline init` writes, word for word; a test holds the pipelines equal to those in `pipelines/`.
enum StarterTexts {
    /// `dropline.yaml`, for a sandbox on a port of this machine.
    static func configuration(sandboxPort: Int) -> String {
        """
        # Paths are relative to this file. What is wrong in it, 'dropline check' tells with line and column.
        state: var/dropline.sqlite          # the ledger
        workspace: var/workspace            # sealed files of the runs
        key: file:var/dropline.key          # the master key, made on first use: losing it loses the ledger

        drops:
          local: { type: folder, root: drop }
          netsuite:                         # NetSuite's SFTP server, which serves once its pipeline is named below
            type: sftp
            host: sftp.example.com
            port: 22
            user: netsuite
            auth: { key: file:secrets/id_ed25519 }      # ssh-keygen -t ed25519 -N '' -f secrets/id_ed25519
            host_keys: known_hosts                      # dropline host-key --drop netsuite --add
            root: /home/netsuite-sftp
            staging: .dropline              # temporary names, never beside the final ones

        shops:
          main:
            url: http://127.0.0.1:\(sandboxPort)      # the sandbox; a shop is https://example.myshopify.com
            token: file:secrets/shopify-token
            api_version: "2026-07"
            currency: USD                   # must be the shop's own

        pipelines:
          - pipelines/local-gift-cards.yaml
          # - pipelines/gift-card-activation.yaml       # the same on the drop netsuite

        # Archived files, feeds and bulk files hold codes in clear, and stay for ever unless this line and a daily 'dropline purge' remove them.
        # retention: { archive: 30d, workspace: 90d }

        """
    }

    /// The token that the sandbox takes.
    static let sandboxToken = "shpat_sandbox\n"

    /// The pipeline that serves NetSuite's SFTP server.
    static let serverPipeline = """
        # NetSuite's gift card fulfillment files, dropped on its SFTP server, become active gift cards.
        pipeline: gift-card-activation
        source:
          drop: netsuite
          directory: netsuite/salesorder/giftcard-fulfillment
          match: "*-GiftCardFulfillment.csv"
          settle: 30s                   # size and time unchanged over two looks that far apart
          cut_grace: 15m                # a file without its last line break counts as growing for so long
          archive: archive
          quarantine: error
          order: name-date
        unknown_after: 24h              # a row whose outcome can't be found out for so long needs a person
        schedule: { every: 5m }
        limits: { card: 500, file: 20000, day: 50000 }
        stages:                         # activation-feed: { code_pattern: "[0-9]{16}" } says what your codes look like
          - activation-feed: { shop: main, code_prefix: shopify-giftcard-, quoting: single-line }
          - bulk-file: { mutation: gift-card-create }
          - bulk-import: { shop: main }
          - reconcile: {}
        deliver:
          - { artifact: activation-feed, drop: netsuite, directory: dropline/gift-card-activation/feed }
          - { artifact: bulk-file, drop: netsuite, directory: dropline/gift-card-activation/bulk }
          - { artifact: results, drop: netsuite, directory: dropline/gift-card-activation/result }
          - { artifact: rejects, drop: netsuite, directory: netsuite/salesorder/giftcard-fulfillment/error }

        """

    /// The pipeline that serves the folder.
    static let folderPipeline = """
        # NetSuite's gift card fulfillment files, dropped into a folder, become active gift cards.
        pipeline: local-gift-cards
        source:
          drop: local
          directory: netsuite/salesorder/giftcard-fulfillment
          match: "*-GiftCardFulfillment.csv"
          settle: 2s                    # size and time unchanged over two looks that far apart
          cut_grace: 15m                # a file without its last line break counts as growing for so long
          archive: archive
          quarantine: error
          order: name-date
        unknown_after: 24h              # a row whose outcome can't be found out for so long needs a person
        limits: { card: 500, file: 20000, day: 50000 }
        stages:                         # activation-feed: { code_pattern: "[0-9]{16}" } says what your codes look like
          - activation-feed: { shop: main, code_prefix: shopify-giftcard-, quoting: single-line }
          - bulk-file: { mutation: gift-card-create }
          - bulk-import: { shop: main }
          - reconcile: {}
        deliver:
          - { artifact: activation-feed, drop: local, directory: dropline/local-gift-cards/feed }
          - { artifact: bulk-file, drop: local, directory: dropline/local-gift-cards/bulk }
          - { artifact: results, drop: local, directory: dropline/local-gift-cards/result }
          - { artifact: rejects, drop: local, directory: netsuite/salesorder/giftcard-fulfillment/error }

        """
}

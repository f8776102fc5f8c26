import Mustache

/// What a template shows; texts are escaped by it.
typealias View = [String: Any]

/// The templates, as `Templates/` holds them.
enum Templates {
    /// Renders a template.
    static func render(_ name: String, _ view: View) -> String {
        guard let text = library.render(view, withTemplate: name) else { preconditionFailure("no template '\(name)'") }
        return text
    }

    /// A whole page around what a template gave.
    static func layout(title: String, main: String, _ more: View = [:]) -> String {
        let view: View = ["title": title, "main": main, "version": Assets.version]
        return render("layout", view.merging(more) { $1 })
    }

    private static let library: MustacheLibrary = {
        let sources: [String: [UInt8]] = [
            "layout": PackageResources.layout_mustache,
            "message": PackageResources.message_mustache,
            "login": PackageResources.login_mustache,
            "overview": PackageResources.overview_mustache,
            "pipelines": PackageResources.pipelines_mustache,
            "pipeline": PackageResources.pipeline_mustache,
            "foreseen": PackageResources.foreseen_mustache,
            "runs": PackageResources.runs_mustache,
            "runtable": PackageResources.runtable_mustache,
            "run": PackageResources.run_mustache,
            "progress": PackageResources.progress_mustache,
            "search": PackageResources.search_mustache,
            "line": PackageResources.line_mustache,
            "audit": PackageResources.audit_mustache,
            "entries": PackageResources.entries_mustache,
        ]
        do {
            return MustacheLibrary(
                templates: try sources.mapValues { try MustacheTemplate(string: String(decoding: $0, as: UTF8.self)) }
            )
        } catch {
            preconditionFailure("a template is wrong: \(error)")
        }
    }()
}

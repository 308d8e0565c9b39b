namespace Gibbon.Admin.Manager;

/// <summary>What the server of the web UI says when it has no UI to show.</summary>
internal static class PlainPages
{
    public static string NotBuilt { get; } = Page(
        "The manager is not built",
        """
        <p>This gateway was built without its web UI. The gateway itself and its Admin API work as always.</p>
        <p>To have it: install Node.js 20 or later, then run <code>./gibbon start</code> from the sources again, which builds it,
        or <code>npm ci &amp;&amp; npm run build</code> in the folder <code>manager</code> yourself and build the gateway afterwards.</p>
        <p>Or put another one in place, Kong Manager for example: unpack it to <code>gui</code> in the prefix directory,
        or name its folder in <code>admin_gui_folder</code>.</p>
        """);

    public static string UnknownHost { get; } = Page(
        "Unknown host name",
        """
        <p>The gateway does not know itself by the name in this address. So that no other page on the web can pass for it, it answers only to IP
        addresses, to <code>localhost</code>, to this machine's name, and to the names in <code>admin_gui_url</code>.</p>
        <p>Add this address to <code>admin_gui_url</code> and reload the gateway.</p>
        """);

    public static string NotFound { get; } = Page("Not found", "<p>There is nothing at this address.</p>");

    public static string Failed { get; } = Page("Something went wrong", "<p>The gateway could not make this page. Its error log says why.</p>");

    public static string OnlyReading { get; } = Page("Method not allowed", "<p>Pages can only be read.</p>");

    private static string Page(string title, string text) =>
        $"<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n{text}\n</body>\n</html>\n";
}

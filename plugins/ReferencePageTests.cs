using System.Text;
using Gibbon.Pdk;

namespace Gibbon.Plugins;

/// <summary>The pages in docs/plugins say what the schemas say.</summary>
public sealed class ReferencePageTests
{
    const string Accept = "GIBBON_ACCEPT_DOCS=1 dotnet run --project test/Gibbon.Plugins.Tests -- -class '*ReferencePageTests'";

    static readonly IReadOnlyList<Plugin> Plugins = BundledPlugins.Create();

    [Fact]
    public void Every_plugin_has_a_page_and_the_page_is_current()
    {
        var directory = Path.Combine(Root(), "docs", "plugins");
        var pages = Plugins.ToDictionary(plugin => $"{plugin.Name}.md", ReferencePages.Of);
        pages["README.md"] = ReferencePages.Index(Plugins);
        if (Environment.GetEnvironmentVariable("GIBBON_ACCEPT_DOCS") == "1")
            Write(directory, pages);

        string[] present = Directory.Exists(directory) ? [.. Directory.GetFiles(directory).Select(file => Path.GetFileName(file)!)] : [];
        string[] wrong =
        [
            .. pages.Where(page => !present.Contains(page.Key) || File.ReadAllText(Path.Combine(directory, page.Key)) != page.Value).Select(page => page.Key),
            .. present.Except(pages.Keys),
        ];
        Assert.True(wrong.Length == 0, $"docs/plugins is not current: {string.Join(", ", wrong)}. To make it anew:\n  {Accept}");
    }

    [Fact]
    public void Every_plugin_and_every_field_says_what_it_is()
    {
        foreach (var plugin in Plugins)
        {
            var lines = ReferencePages.Of(plugin).Split('\n');
            Assert.True(lines[2].Length > 20, $"{plugin.Name} does not say what it does");
            Assert.DoesNotContain(lines, line => line.StartsWith("| `", StringComparison.Ordinal) && line.EndsWith("|  |", StringComparison.Ordinal));
        }
    }

    static void Write(string directory, Dictionary<string, string> pages)
    {
        Directory.CreateDirectory(directory);
        foreach (var file in Directory.GetFiles(directory))
            File.Delete(file);

        foreach (var (name, text) in pages)
            File.WriteAllText(Path.Combine(directory, name), text, new UTF8Encoding(false));
    }

    static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Gibbon.slnx")))
            directory = directory.Parent!;

        return directory.FullName;
    }
}

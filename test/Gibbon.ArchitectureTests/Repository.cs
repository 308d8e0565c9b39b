namespace Gibbon.ArchitectureTests;

/// <summary>The working tree that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] OutsideFolders =
        ["bin", "obj", "node_modules", "artifacts", ".git", ".vs", ".idea", "data", "__pycache__"];

    public static string Root { get; } = FindRoot();

    /// <summary>The files below a folder of the tree, as paths relative to the root with forward slashes; not what builds or records leave behind.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions)
    {
        var start = Path.Combine(Root, folder);
        return Directory.Exists(start) ? Walk(start).Where(f => extensions.Contains(Path.GetExtension(f))).Select(Relative).Order() : [];
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(d => !OutsideFolders.Contains(Path.GetFileName(d)))
                .SelectMany(Walk));

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Gibbon.slnx")))
            folder = Path.GetDirectoryName(folder);

        return folder ?? throw new InvalidOperationException("no Gibbon.slnx above " + AppContext.BaseDirectory);
    }
}

using System.Text.RegularExpressions;

namespace Gibbon.ArchitectureTests;

public sealed partial class DocumentTests
{
    [Fact]
    public void Documents_point_to_files_that_exist() =>
        Findings.AssertNone(
            from document in Documents()
            let text = Repository.Read(document)
            let folder = Path.GetDirectoryName(document)!
            from target in Links().Matches(text).Select(m => Path.Combine(folder, m.Groups[1].Value))
                .Concat(Paths().Matches(text).Select(m => m.Groups[1].Value))
            let path = Path.Combine(Repository.Root, target)
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{document}: {target}");

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Repository.Root, "*.md").Select(p => Path.GetFileName(p))
            .Concat(new[] { "docs", "bench", "samples" }.SelectMany(f => Repository.Files(f, ".md")));

    // [text](relative/path)
    [GeneratedRegex(@"\]\((?!https?:|#)([^)#\s]+)")]
    private static partial Regex Links();

    // `src/…`: a path of the tree in backticks, without a pattern or a placeholder in it
    [GeneratedRegex(@"`((?:src|plugins|test|bench|samples|docs)/[\w./-]+)`")]
    private static partial Regex Paths();
}

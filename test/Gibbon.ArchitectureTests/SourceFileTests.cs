using System.Text.RegularExpressions;

namespace Gibbon.ArchitectureTests;

public sealed partial class SourceFileTests
{
    private static readonly string[] Folders = ["src", "plugins", "test", "bench", "samples", "manager", "docs"];

    [Fact]
    public void A_file_over_400_lines_gives_its_reason_on_its_first_line() =>
        Findings.AssertNone(
            from path in Sources()
            let text = Repository.Read(path)
            where text.Count(c => c == '\n') > 400 && !text.StartsWith("// ", StringComparison.Ordinal)
            select $"{path}: split it by concept, or begin with a comment that says why it is one piece");

    [Fact]
    public void Nine_files_in_ten_are_under_200_lines()
    {
        int[] lengths = [.. Sources().Where(p => p.StartsWith("src/", StringComparison.Ordinal) || p.StartsWith("plugins/", StringComparison.Ordinal))
            .Select(p => Repository.Read(p).Count(c => c == '\n')).Order()];

        Assert.True(lengths[lengths.Length * 9 / 10] < 200, $"the ninth in ten has {lengths[lengths.Length * 9 / 10]} lines");
    }

    [Fact]
    public void No_file_leaves_work_to_somebody_later() =>
        Findings.AssertNone(
            from path in Folders.SelectMany(f => Repository.Files(f, ".cs", ".md", ".sh", ".py", ".lua", ".ts", ".vue", ".csproj"))
            from Match mark in LeftBehind().Matches(Repository.Read(path))
            select $"{path}: {mark.Value}");

    private static IEnumerable<string> Sources() => Folders.SelectMany(f => Repository.Files(f, ".cs"));

    // Written with brackets, so that this file does not find itself.
    [GeneratedRegex(@"\b([T]ODO|[F]IXME|[H]ACK|[N]otImplementedException)\b")]
    private static partial Regex LeftBehind();
}

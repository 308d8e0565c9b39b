namespace Gibbon.ArchitectureTests;

internal static class Findings
{
    /// <summary>Fails with one line per finding, so that one run tells all there is to mend.</summary>
    public static void AssertNone(IEnumerable<string> findings)
    {
        string[] lines = [.. findings];
        Assert.True(lines.Length == 0, string.Join('\n', lines));
    }
}

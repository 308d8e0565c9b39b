namespace Gibbon.Manager.Tests;

/// <summary>The working tree that these tests were built from.</summary>
internal static class Tree
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string? folder) =>
        folder is null ? throw new InvalidOperationException("no Gibbon.slnx above the tests")
        : File.Exists(Path.Combine(folder, "Gibbon.slnx")) ? folder
        : Find(Path.GetDirectoryName(folder));
}

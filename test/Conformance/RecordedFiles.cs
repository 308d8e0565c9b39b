namespace Gibbon.Recordings;

/// <summary>What Kong was recorded to do: the files of <c>test/Conformance/data</c>, which nobody edits.</summary>
internal static class RecordedFiles
{
    public static string Folder { get; } = Find();

    public static byte[] Read(string path) => File.ReadAllBytes(Path.Combine(Folder, path));

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gibbon.slnx")))
                return Path.Combine(folder.FullName, "test", "Conformance", "data");
        }

        throw new InvalidOperationException("the tests do not run below the repository");
    }
}

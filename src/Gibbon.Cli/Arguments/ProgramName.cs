namespace Gibbon.Cli.Arguments;

/// <summary>The name this program was called by, so that a link named <c>kong</c> speaks of <c>kong</c>.</summary>
internal static class ProgramName
{
    private const string Own = "gibbon";

    public static string Read()
    {
        try
        {
            // .NET reports the assembly; the kernel keeps the name.
            var words = File.ReadAllText("/proc/self/cmdline").Split('\0');
            var name = Path.GetFileName(words[0]);
            return name.Length == 0 || name is "dotnet" || name.StartsWith("Gibbon", StringComparison.Ordinal) ? Own : name;
        }
        catch (IOException)
        {
            return Own;
        }
    }
}

namespace Gibbon.Cli.Arguments;

/// <summary>Commands of Kong that this version does not have: named as such, rather than taken for a slip of the pen.</summary>
internal static class LaterCommands
{
    public static string? Answer(string name) => name switch
    {
        "hybrid" or "vault" => $"this version of Gibbon has no '{name}' command yet",
        _ => null,
    };
}

using Gibbon.Settings;

namespace Gibbon.Cli.Processes;

/// <summary>How this program starts itself again as the gateway: the <c>run</c> command, with the environment that its speed depends on.</summary>
internal static class GatewayProgram
{
    public const string RunCommandName = "run";

    /// <summary>The descriptor on which the gateway says that it is ready, or why not.</summary>
    public const string ReadyVariable = "GIBBON_READY_DESCRIPTOR";

    // .NET reads these once, before Main: they cannot be set from within. Inline completions halve the context switches per request.
    private static readonly (string Name, string Value)[] Tuning = [("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1")];

    public static IReadOnlyList<string> Command(string prefix)
    {
        string[] run = [RunCommandName, "--prefix", prefix];
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("this process has no path");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, Path.Combine(AppContext.BaseDirectory, "Gibbon.Cli.dll"), .. run]
            : [program, .. run];
    }

    public static Dictionary<string, string> Variables()
    {
        var variables = SettingSources.ProcessEnvironment().ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in Tuning)
            variables.TryAdd(name, value);
        return variables;
    }
}

using System.Text.Json;
using Gibbon.Recordings;

namespace Gibbon.Tests.Cli;

/// <summary>Runs of Kong's own command line, as recorded.</summary>
internal static class RecordedRuns
{
    private static readonly Dictionary<string, RecordedRun> Runs = Read();

    public static RecordedRun Find(string name) => Runs[name];

    private static Dictionary<string, RecordedRun> Read()
    {
        using var document = JsonDocument.Parse(RecordedFiles.Read("recorded/cli/cli.json"));
        return document.RootElement.GetProperty("cases").EnumerateArray().Select(run => new RecordedRun(
            run.GetProperty("case").GetString()!,
            run.GetProperty("command").GetString()!["kong ".Length..],
            run.GetProperty("env").EnumerateObject().Select(pair => (pair.Name, pair.Value.GetString()!)).ToArray(),
            run.GetProperty("exit").GetInt32(),
            run.GetProperty("stdout").GetString()!,
            run.GetProperty("stderr").GetString()!)).ToDictionary(run => run.Name);
    }
}

internal sealed record RecordedRun(string Name, string Arguments, (string Name, string Value)[] Variables, int ExitCode, string Output, string Error);

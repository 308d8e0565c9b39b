using System.Diagnostics;

namespace Gibbon.Tests.Cli;

/// <summary>The real program, called through a link named <c>kong</c> as scripts call it, with a prefix and files of its own.</summary>
public sealed class KongProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    // Where the memory is a disk, nothing waits for one: what a process leaves behind that is killed does not depend on it.
    private const string MemoryDisk = "/dev/shm";

    private readonly string link;

    public KongProgram()
        : this(Directory.CreateTempSubdirectory("gibbon-cli-"))
    {
    }

    private KongProgram(DirectoryInfo folder)
    {
        Folder = folder.FullName;
        link = Path.Combine(Folder, "kong");
        File.CreateSymbolicLink(link, Path.Combine(AppContext.BaseDirectory, "Gibbon.Cli"));
    }

    public string Folder { get; }

    public string Prefix => Path.Combine(Folder, "prefix");

    /// <summary>One whose files are in memory where there is such a disk.</summary>
    public static KongProgram InMemory() => Directory.Exists(MemoryDisk)
        ? new(Directory.CreateDirectory(Path.Combine(MemoryDisk, $"gibbon-cli-{Guid.NewGuid():N}")))
        : new();

    /// <summary>Variables of every call: a node without a database that listens where nobody else does.</summary>
    public Dictionary<string, string> Variables => new()
    {
        ["KONG_PREFIX"] = Prefix,
        ["KONG_DATABASE"] = "off",
        ["KONG_PROXY_LISTEN"] = "127.0.0.1:0",
        ["KONG_ADMIN_LISTEN"] = "127.0.0.1:0",
        ["KONG_STATUS_LISTEN"] = "off",
        ["KONG_ADMIN_GUI_LISTEN"] = "off",
    };

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public ProgramResult Run(string arguments, params IEnumerable<(string Name, string? Value)> variables)
    {
        using var process = Start(arguments, variables);
        return End(process, arguments);
    }

    /// <summary>The same from a shell that says something first: which signals are not to be heard, say.</summary>
    public ProgramResult RunAfter(string words, string arguments)
    {
        using var process = Start(new ProcessStartInfo("/bin/sh", ["-c", $"{words}; exec '{link}' {arguments}"]), []);
        return End(process, arguments);
    }

    private static ProgramResult End(Process process, string arguments)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"kong {arguments} did not end");
        }

        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }

    public Process Start(string arguments, params IEnumerable<(string Name, string? Value)> variables) => Start(new ProcessStartInfo(link, arguments), variables);

    private Process Start(ProcessStartInfo start, IEnumerable<(string Name, string? Value)> variables)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (true, true, Folder);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("KONG_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public void Dispose()
    {
        foreach (var prefix in Directory.GetDirectories(Folder).Where(directory => Directory.Exists(Path.Combine(directory, "pids"))))
            Run($"stop -p {prefix}");
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>How a call ended and what it said.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    private const string Hint = "\n\n  Run with --v (verbose) or --vv (debug) for more details\n";

    /// <summary>The message between <c>Error:</c> and the hint; fails when standard error holds anything else.</summary>
    public string Message
    {
        get
        {
            Assert.Equal(1, ExitCode);
            Assert.StartsWith("Error: ", Error, StringComparison.Ordinal);
            Assert.EndsWith(Hint, Error, StringComparison.Ordinal);
            return Error["Error: ".Length..^Hint.Length];
        }
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Gibbon.Tests.Cli;

/// <summary>
/// A tree of sources with the script <c>gibbon</c>, on a machine that has only what the test gives it. Its <c>dotnet</c> takes no minutes: it puts the
/// gateway that these tests were built with in the place of what it would build.
/// </summary>
internal sealed class SourceTree : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private static readonly string[] Tools =
    [
        "bash", "env", "basename", "cat", "cmp", "cut", "date", "dirname", "find", "flock", "grep", "head", "ln", "ls", "mkdir", "mv", "readlink", "rm", "sed", "sort", "timeout", "touch",
    ];

    private readonly KongProgram kong;
    private readonly string bin;

    /// <param name="kong">Whose folder the tree lies in, and whose settings its nodes have.</param>
    public SourceTree(KongProgram kong)
    {
        this.kong = kong;
        Root = Directory.CreateDirectory(Path.Combine(kong.Folder, "tree")).FullName;
        bin = Directory.CreateDirectory(Path.Combine(kong.Folder, "bin")).FullName;
        foreach (var tool in Tools)
            File.CreateSymbolicLink(Path.Combine(bin, tool), Find(tool));

        File.Copy(Path.Combine(Sources(), "gibbon"), Path.Combine(Root, "gibbon"));
        foreach (var file in new[] { "src/a.cs", "plugins/a.cs", "Directory.Build.props", "Directory.Packages.props", "global.json", "manager/package.json" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Root, file))!);
            File.WriteAllText(Path.Combine(Root, file), "");
        }

        Install("dotnet", $$"""
            if [[ $1 == --list-sdks ]]; then
              echo "10.0.100 [/sdk]"
              exit
            fi
            echo "$@" >> {{Builds}}
            while [[ $1 != -o ]]; do shift; done
            ln -sf {{Path.Combine(AppContext.BaseDirectory, "Gibbon.Cli")}} "$2/Gibbon.Cli"
            """);
    }

    public string Root { get; }

    /// <summary>How often the gateway was built.</summary>
    public int BuildCount => File.Exists(Builds) ? File.ReadAllLines(Builds).Length : 0;

    private string Builds => Path.Combine(kong.Folder, "builds");

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Puts a program on the machine.</summary>
    public void Install(string name, string script)
    {
        var path = Path.Combine(bin, name);
        File.WriteAllText(path, $"#!{Path.Combine(bin, "bash")}\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public ProgramResult Run(string arguments, params IEnumerable<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "gibbon"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Root };
        foreach (var (name, value) in kong.Variables)
            start.Environment[name] = value;

        foreach (var (name, value) in variables)
            start.Environment[name] = value;

        start.Environment["PATH"] = bin;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"gibbon {arguments} did not end");
        }

        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }

    private static string Find(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/bin", "/bin"])
        .Select(folder => Path.Combine(folder, tool)).First(File.Exists);

    private static string Sources([CallerFilePath] string file = "") => Path.GetFullPath("../../..", Path.GetDirectoryName(file)!);
}

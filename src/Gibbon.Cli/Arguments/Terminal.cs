using System.Globalization;

namespace Gibbon.Cli.Arguments;

internal enum Verbosity
{
    Quiet,
    Verbose,
    Debug,
}

/// <summary>Where commands speak: plain lines, or with <c>--v</c> every line with its time and severity.</summary>
internal sealed class Terminal(Verbosity verbosity, bool isMuted = false)
{
    public bool IsVerbose => verbosity > Verbosity.Quiet;

    /// <summary>What the user asked for.</summary>
    public void Print(string line)
    {
        if (!isMuted)
            Console.Out.WriteLine(IsVerbose ? Stamped("info", line) : line);
    }

    public void Warn(string line) => Console.Error.WriteLine(Stamped("warn", line));

    public void Error(string line) => Console.Error.WriteLine(Stamped("error", line));

    public void Verbose(string line)
    {
        if (verbosity >= Verbosity.Verbose)
            Console.Out.WriteLine(Stamped("verbose", line));
    }

    public void Debug(string line)
    {
        if (verbosity >= Verbosity.Debug)
            Console.Out.WriteLine(Stamped("debug", line));
    }

    private static string Stamped(string severity, string line) =>
        $"{TimeProvider.System.GetLocalNow().ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture)} [{severity}] {line}";
}

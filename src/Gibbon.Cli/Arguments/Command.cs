namespace Gibbon.Cli.Arguments;

/// <summary>One word of the command line: what it takes and what it does.</summary>
internal abstract class Command
{
    public abstract string Name { get; }

    /// <summary>What it does, in the imperative; several lines are several lines of the usage.</summary>
    public abstract string Summary { get; }

    public virtual IReadOnlyList<Option> Options => [];

    /// <summary>Words that follow the command: <c>config parse</c>. When there are any, one must be given.</summary>
    public virtual IReadOnlyList<Subcommand> Subcommands => [];

    /// <summary>Plain words the command takes: at most this many are read.</summary>
    public virtual int MaxOperands => 0;

    /// <summary>False for what only the gateway itself calls.</summary>
    public virtual bool IsListed => true;

    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">The command failed; its message is for the user.</exception>
    public abstract Task<int> RunAsync(Invocation invocation);
}

/// <summary>A second word, what may follow it and what it does: <c>init [FILE]</c>.</summary>
internal sealed record Subcommand(string Name, string Operands, string Summary);

/// <summary>An option, <c>-c,--conf (file)</c>: its name without dashes, its letter if it has one, what it takes (null: a flag).</summary>
internal sealed record Option(string Name, char? Letter, string? Value, string Summary)
{
    public static readonly Option Conf = new("conf", 'c', "file", "Configuration file.");
    public static readonly Option Prefix = new("prefix", 'p', "directory", "Working directory of the node.");
    public static readonly Option NginxConf = new("nginx-conf", null, "file", "Accepted for Kong's sake, without effect.");
    public static readonly Option NginxConfFlags = new("nginx-conf-flags", null, "flags", "Accepted for Kong's sake, without effect.");

    public bool IsFlag => Value is null;
}

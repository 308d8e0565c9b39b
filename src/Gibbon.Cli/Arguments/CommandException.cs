namespace Gibbon.Cli.Arguments;

/// <summary>A command failed in a way that concerns its user: the message is printed, the exit code is 1.</summary>
internal sealed class CommandException : Exception
{
    public CommandException()
    {
    }

    public CommandException(string message) : base(message)
    {
    }

    public CommandException(string message, Exception inner) : base(message, inner)
    {
    }
}

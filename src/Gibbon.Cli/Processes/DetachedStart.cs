using System.Globalization;
using System.Text;
using Gibbon.Cli.Arguments;
using Gibbon.Settings;
using Microsoft.Win32.SafeHandles;

namespace Gibbon.Cli.Processes;

/// <summary>Starts the gateway in the background and waits until it serves or has failed.</summary>
internal static class DetachedStart
{
    public const string Ready = "ready";

    private const int ChildDescriptor = 3;

    /// <exception cref="CommandException">It did not come up; the message says why.</exception>
    public static void Run(GatewaySettings settings)
    {
        var (read, write) = Native.Pipe();
        var log = settings.Logs.ProxyError.Path is { } path && !path.StartsWith("/dev/", StringComparison.Ordinal) ? path : "/dev/null";
        var variables = GatewayProgram.Variables();
        variables[GatewayProgram.ReadyVariable] = ChildDescriptor.ToString(CultureInfo.InvariantCulture);
        using (new SafeFileHandle(write, ownsHandle: true))
            Native.SpawnDetached(GatewayProgram.Command(settings.Node.Prefix), variables, log, (write, ChildDescriptor));

        using var reader = new StreamReader(new FileStream(new SafeFileHandle(read, ownsHandle: true), FileAccess.Read, bufferSize: 1), Encoding.UTF8);
        var answer = reader.ReadToEnd().TrimEnd('\n');
        if (answer == Ready)
            return;
        throw new CommandException(answer.Length > 0 ? answer : $"the gateway ended before it was ready; see {log}");
    }

    /// <summary>Called by the gateway: tells whoever started it, if anybody waits.</summary>
    public static void Report(string answer)
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(GatewayProgram.ReadyVariable), CultureInfo.InvariantCulture, out var descriptor))
            return;

        Environment.SetEnvironmentVariable(GatewayProgram.ReadyVariable, null);
        try
        {
            using var stream = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, bufferSize: 0);
            stream.Write(Encoding.UTF8.GetBytes(answer));
        }
        catch (IOException)
        {
            // The command that started us is gone; the gateway is not the worse for it.
        }
    }
}

using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Syslog;

/// <summary>Tells the machine's syslog about each request, in JSON.</summary>
/// <param name="lua">Runs what operators write.</param>
/// <param name="socket">The file that syslog listens at.</param>
sealed class SyslogPlugin(ILua? lua = null, string socket = "/dev/log") : EntryPlugin<SyslogConfig>(lua)
{
    readonly SyslogSocket syslog = new(socket);

    public override string Name => "syslog";

    public override int Priority => 4;

    protected override void Send(RequestContext context, SyslogConfig config, byte[] entry)
    {
        var status = context.Subsystem == Subsystem.Stream ? 0 : context.Response.Status;
        if (Severities.Of(status, config) is { } severity)
            context.Host.Queues.Get<(PluginHost, SyslogSocket), byte[]>(
                context.Plugin!,
                null,
                Backlog.Parameters,
                (context.Host, syslog),
                static (sender, batch, stopping) => SendAsync(sender, batch, stopping))
                .Enqueue([.. Head(context.Host.Time, config.FacilityCode + severity), .. entry]);
    }

    // As the C library heads its messages (RFC 3164, without the host's name).
    static byte[] Head(TimeProvider time, int priority)
    {
        var now = time.GetLocalNow();
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"<{priority}>{now:MMM} {now.Day,2} {now:HH:mm:ss} kong[{Environment.ProcessId}]: "));
    }

    static async ValueTask<Result> SendAsync(
        (PluginHost Host, SyslogSocket Socket) sender,
        IReadOnlyList<byte[]> batch,
        CancellationToken stopping)
    {
        foreach (var message in batch)
            if (await sender.Socket.SendAsync(message, stopping) is { } error)
                sender.Host.Logger("syslog").Debug($"could not send data: {error}");

        return Result.Ok;
    }
}

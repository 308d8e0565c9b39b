using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Connections;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Loggly;

/// <summary>Sends an entry about each request to Loggly: JSON in a message of syslog (RFC 5424), one in a datagram.</summary>
/// <param name="lua">Runs what operators write.</param>
sealed class LogglyPlugin(ILua? lua = null) : EntryPlugin<LogglyConfig>(lua)
{
    // The facility "user", times eight.
    const int Facility = 8;

    public override string Name => "loggly";

    public override int Priority => 6;

    protected override void Send(RequestContext context, LogglyConfig config, byte[] entry)
    {
        var status = context.Subsystem == Subsystem.Stream ? 0 : context.Response.Status;
        if (Severities.Of(status, config) is { } severity)
            context.Host.Queues.Get<(PluginHost, LogglyConfig), byte[]>(
                context.Plugin!,
                null,
                Backlog.Parameters,
                (context.Host, config),
                static (sender, batch, stopping) => SendAsync(sender, batch, stopping)).Enqueue([.. Head(context.Host, config, severity), .. entry]);
    }

    static byte[] Head(PluginHost host, LogglyConfig config, int severity) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"<{Facility + severity}>1 {host.Time.GetUtcNow():yyyy-MM-ddTHH:mm:ss}Z {host.Node.Hostname} kong - - {config.StructuredData} "));

    static async ValueTask<Result> SendAsync(
        (PluginHost Host, LogglyConfig Config) sender,
        IReadOnlyList<byte[]> batch,
        CancellationToken stopping)
    {
        var (host, config) = sender;
        var receiver = new Receiver(config.Host ?? "", config.Port ?? 514, TimeSpan.FromMilliseconds(config.Timeout ?? 10000));
        await Datagrams.SendAsync(host, receiver, batch, error => host.Logger("loggly").Err($"failed to {error}"), stopping);
        return Result.Ok;
    }
}

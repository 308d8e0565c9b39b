using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.HttpLog;

/// <summary>Sends an entry about each request to a server, in JSON.</summary>
sealed class HttpLogPlugin : Plugin<HttpLogConfig>
{
    public override string Name => "http-log";

    public override int Priority => 12;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override ValueTask LogAsync(RequestContext context, HttpLogConfig config)
    {
        var entry = config.CustomFields.Entry(context);
        Queue(context, config).Enqueue(entry, entry.Length);
        return ValueTask.CompletedTask;
    }

    static IQueue<byte[]> Queue(RequestContext context, HttpLogConfig config) => context.Host.Queues.Get<LogSender, byte[]>(
        context.Plugin!,
        config.QueueName,
        config.EffectiveQueue,
        new LogSender(context.Host, config),
        static (sender, batch, stopping) => sender.SendAsync(batch, stopping));
}

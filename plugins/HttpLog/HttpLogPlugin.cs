using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.HttpLog;

/// <summary>Sends an entry about each request to a server, in JSON.</summary>
/// <param name="lua">Runs what operators write.</param>
sealed class HttpLogPlugin(ILua? lua = null) : EntryPlugin<HttpLogConfig>(lua)
{
    public override string Name => "http-log";

    public override int Priority => 12;

    protected override void Send(RequestContext context, HttpLogConfig config, byte[] entry)
    {
        Queue(context, config).Enqueue(entry, entry.Length);
    }

    static IQueue<byte[]> Queue(RequestContext context, HttpLogConfig config) => context.Host.Queues.Get<LogSender, byte[]>(
        context.Plugin!,
        config.QueueName,
        config.EffectiveQueue,
        new LogSender(context.Host, config),
        static (sender, batch, stopping) => sender.SendAsync(batch, stopping));
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.FileLog;

/// <summary>Writes an entry about each request to a file, in JSON, one in a line. A slow disk delays no request.</summary>
sealed class FileLogPlugin : Plugin<FileLogConfig>
{
    readonly ConcurrentDictionary<string, AppendedFile> files = new(StringComparer.Ordinal);

    public override string Name => "file-log";

    public override int Priority => 9;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override ValueTask LogAsync(RequestContext context, FileLogConfig config)
    {
        var file = files.GetOrAdd(config.Path, static path => new AppendedFile(path));
        context.Host.Queues.Get<FileWriter, byte[]>(
            context.Plugin!,
            config.Path,
            Backlog.Parameters,
            new FileWriter(context.Host, file, config.Reopen),
            static (writer, batch, _) => writer.WriteAsync(batch)).Enqueue(config.CustomFields.Entry(context));
        return ValueTask.CompletedTask;
    }
}

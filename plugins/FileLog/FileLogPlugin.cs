using System.Collections.Concurrent;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.FileLog;

/// <summary>Writes an entry about each request to a file, in JSON, one in a line. A slow disk delays no request.</summary>
/// <param name="lua">Runs what operators write.</param>
sealed class FileLogPlugin(ILua? lua = null) : EntryPlugin<FileLogConfig>(lua)
{
    readonly ConcurrentDictionary<string, AppendedFile> files = new(StringComparer.Ordinal);

    public override string Name => "file-log";

    public override int Priority => 9;

    protected override void Send(RequestContext context, FileLogConfig config, byte[] entry)
    {
        var file = files.GetOrAdd(config.Path, static path => new AppendedFile(path));
        context.Host.Queues.Get<FileWriter, byte[]>(
            context.Plugin!,
            config.Path,
            Backlog.Parameters,
            new FileWriter(context.Host, file, config.Reopen),
            static (writer, batch, _) => writer.WriteAsync(batch)).Enqueue(entry);
    }
}

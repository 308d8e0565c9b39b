using Gibbon.Observability;
using Gibbon.Settings;

namespace Gibbon.Tests.Observability;

public sealed class LogWriterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gibbon-log-").FullName;

    private string LogPath => Path.Combine(_directory, "a.log");

    [Fact]
    public async Task Lines_from_many_threads_are_all_written_whole()
    {
        var writer = new LogWriter(new LogTarget { Path = LogPath }, 64 * 1024 * 1024, TimeSpan.FromMilliseconds(1));

        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var line = LogLine.Begin();
                line.Append($"{thread}-");
                line.Append(i);
                line.Append("-end");
                writer.Write(line.Written);
            }
        });
        await writer.DisposeAsync();

        var lines = await File.ReadAllLinesAsync(LogPath);
        Assert.Equal(8000, lines.Distinct().Count());
        Assert.All(lines, static line => Assert.Matches(@"^\d-\d+-end$", line));
    }

    [Fact]
    public async Task What_was_written_before_a_flush_is_in_the_file_after_it()
    {
        var writer = new LogWriter(new LogTarget { Path = LogPath }, 1024, TimeSpan.FromHours(1));
        for (var i = 0; i < 100; i++)
        {
            writer.Write("a line"u8);
            await writer.FlushAsync().WaitAsync(TimeSpan.FromSeconds(60));

            Assert.Equal((i + 1) * 7, new FileInfo(LogPath).Length);
        }

        await writer.DisposeAsync();
        await writer.FlushAsync();
    }

    [Fact]
    public async Task After_a_rotation_lines_go_to_the_new_file()
    {
        var writer = new LogWriter(new LogTarget { Path = LogPath }, 1024);
        writer.Write("before"u8);
        await writer.FlushAsync();
        File.Move(LogPath, LogPath + ".1");
        writer.Reopen();
        writer.Write("after"u8);
        await writer.DisposeAsync();

        Assert.Equal(("before\n", "after\n"), (await File.ReadAllTextAsync(LogPath + ".1"), await File.ReadAllTextAsync(LogPath)));
    }

    [Fact]
    public async Task What_comes_too_fast_is_dropped_and_counted()
    {
        var writer = new LogWriter(new LogTarget { Path = LogPath }, 10, TimeSpan.FromMilliseconds(200));

        writer.Write("12345678"u8);
        writer.Write("too much"u8);
        await writer.DisposeAsync();

        Assert.Equal(("12345678\n", 1L), (await File.ReadAllTextAsync(LogPath), writer.Dropped));
    }

    [Fact]
    public async Task The_error_log_follows_its_level_while_it_runs()
    {
        var log = new ErrorLog(new LogTarget { Path = LogPath }, LogSeverity.Warn, TimeProvider.System);

        log.Write(LogSeverity.Notice, "one");
        log.Level = LogSeverity.Notice;
        log.Write(LogSeverity.Notice, "two\r\nforged", "client: x", connection: 7);
        await log.DisposeAsync();

        Assert.Matches(@"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[notice\] \d+#0: \*7 two\\r\\nforged, client: x\n$", await File.ReadAllTextAsync(LogPath));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}

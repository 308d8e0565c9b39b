using Gibbon.Observability;

namespace Gibbon.Tests.Observability;

/// <summary>Log files that others write to, cut short and move away.</summary>
public sealed class LogFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gibbon-log-{Guid.NewGuid():N}.log");

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".1");
    }

    [Fact]
    public void What_several_write_to_one_file_is_all_there()
    {
        using var one = new LogFile(_path);
        using var other = new LogFile(_path);
        one.Write("a\n"u8);
        other.Write("b\n"u8);
        one.Write("c\n"u8);

        Assert.Equal(["a", "b", "c"], File.ReadAllLines(_path));
    }

    [Fact]
    public void A_file_that_was_cut_short_grows_again_from_its_start()
    {
        using var log = new LogFile(_path);
        log.Write("before\n"u8);
        File.Open(_path, FileMode.Truncate).Dispose();
        log.Write("after\n"u8);

        Assert.Equal("after\n", File.ReadAllText(_path));
    }

    [Fact]
    public void A_file_that_was_moved_is_written_to_until_it_is_opened_anew()
    {
        using var log = new LogFile(_path);
        log.Write("1\n"u8);
        File.Move(_path, _path + ".1");
        log.Write("2\n"u8);
        log.Reopen();
        log.Write("3\n"u8);

        Assert.Equal("1\n2\n", File.ReadAllText(_path + ".1"));
        Assert.Equal("3\n", File.ReadAllText(_path));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_loses_lines_and_nothing_else()
    {
        using var log = new LogFile(Path.Combine(_path, "no", "such", "folder.log"));
        log.Write("lost\n"u8);

        Assert.False(File.Exists(_path));
    }
}

using System.Collections.Concurrent;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.PluginRuntime.Host;
using Gibbon.Settings;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.PluginRuntime;

public sealed class WorkQueueTests : IAsyncDisposable
{
    private readonly BlockingCollection<string[]> _batches = [];
    private readonly ErrorLog _log = new(LogTarget.Off, LogSeverity.Debug, TimeProvider.System);
    private readonly CancellationTokenSource _stopping = new();
    private volatile int _failures;

    [Fact]
    public void A_full_batch_is_handled_without_waiting()
    {
        WorkQueue<int, string> queue = Queue(new QueueConfig { MaxBatchSize = 3, MaxCoalescingDelay = 3600 });

        queue.Enqueue("a");
        queue.Enqueue("b");
        queue.Enqueue("c");

        Assert.Equal(["a", "b", "c"], Next());
    }

    [Fact]
    public void An_entry_waits_for_others_no_longer_than_the_coalescing_delay()
    {
        WorkQueue<int, string> queue = Queue(new QueueConfig { MaxBatchSize = 100, MaxCoalescingDelay = 0.05 });

        queue.Enqueue("alone");

        Assert.Equal(["alone"], Next());
    }

    [Fact]
    public void A_batch_that_fails_is_tried_again_whole()
    {
        _failures = 2;
        WorkQueue<int, string> queue = Queue(new QueueConfig { InitialRetryDelay = 0.001, MaxRetryTime = 60 });

        queue.Enqueue("again");

        Assert.Equal(["again"], Next());
        Assert.Equal(["again"], Next());
        Assert.Equal(["again"], Next());
    }

    [Fact]
    public void When_it_is_full_the_oldest_entries_go()
    {
        WorkQueue<int, string> queue = Queue(new QueueConfig { MaxBatchSize = 1000, MaxCoalescingDelay = 3600, MaxEntries = 2 });

        queue.Enqueue("a");
        queue.Enqueue("b");
        queue.Enqueue("c");
        _ = queue.DrainAsync();

        Assert.Equal(["b", "c"], Next());
    }

    [Fact]
    public void There_is_room_as_long_as_nobody_has_to_go()
    {
        WorkQueue<int, string> queue = Queue(new QueueConfig { MaxBatchSize = 1000, MaxCoalescingDelay = 3600, MaxEntries = 2, MaxBytes = 10 });
        queue.Enqueue("a", 6);

        Assert.True(queue.HasRoomFor(4));
        Assert.False(queue.HasRoomFor(5));
        Assert.False(queue.IsFull);

        queue.Enqueue("b", 4);

        Assert.False(queue.HasRoomFor(0));
        Assert.True(queue.IsFull);
    }

    [Fact]
    public async Task A_queue_that_dropped_entries_says_when_it_goes_on()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("gibbon-queue-");
        string path = Path.Combine(folder.FullName, "error.log");
        await using (var log = new ErrorLog(new LogTarget { Path = path }, LogSeverity.Info, TimeProvider.System))
        {
            WorkQueue<int, string> queue = new(HandleAsync, "[test]", TimeProvider.System, log, _stopping.Token);
            queue.Use(new QueueConfig { MaxBatchSize = 1000, MaxCoalescingDelay = 3600, MaxEntries = 1 }, 0);
            queue.Enqueue("a");
            queue.Enqueue("b");
            await queue.DrainAsync();
        }

        string said = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        folder.Delete(recursive: true);
        Assert.Contains("[kong] [test]: queue full, dropping old entries until processing is successful again", said, StringComparison.Ordinal);
        Assert.Contains("[kong] [test]: queue resumed processing", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_larger_than_the_queue_may_be_is_refused()
    {
        WorkQueue<int, string> queue = Queue(new QueueConfig { MaxBytes = 10 });

        Assert.False(queue.Enqueue("large", 11).IsOk);
    }

    [Fact]
    public async Task Draining_sends_what_waits()
    {
        WorkQueue<int, string> queue = Queue(new QueueConfig { MaxBatchSize = 100, MaxCoalescingDelay = 3600 });
        queue.Enqueue("left");

        await queue.DrainAsync();

        Assert.Equal(["left"], Next());
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void A_changed_configuration_changes_the_queue()
    {
        WorkQueue<int, string> queue = Queue(new QueueConfig { MaxBatchSize = 100, MaxCoalescingDelay = 3600 });
        queue.Use(new QueueConfig { MaxBatchSize = 2, MaxCoalescingDelay = 3600 }, 0);
        queue.Enqueue("a");
        queue.Enqueue("b");

        Assert.Equal(["a", "b"], Next());
    }

    [Fact]
    public async Task Queues_that_have_nothing_to_do_are_let_go_and_others_stay()
    {
        await using var queues = new Queues(TimeProvider.System, _log);
        PluginInstance plugin = new() { Id = Guid.NewGuid(), Name = "logger", WorkspaceId = Guid.NewGuid(), CacheKey = "", Config = new object() };
        QueueConfig slow = new() { MaxBatchSize = 100, MaxCoalescingDelay = 3600 };
        queues.Get(plugin, "idle", slow, 0, (Func<int, IReadOnlyList<string>, CancellationToken, ValueTask<Result>>)HandleAsync);
        queues.Get(plugin, "busy", slow, 0, (Func<int, IReadOnlyList<string>, CancellationToken, ValueTask<Result>>)HandleAsync).Enqueue("waits");
        queues.Sweep();
        Assert.Equal(2, queues.Count);

        queues.Sweep();
        Assert.Equal(1, queues.Count);
    }

    [Fact]
    public async Task Queues_are_not_idle_while_a_batch_is_on_its_way()
    {
        await using var queues = new Queues(TimeProvider.System, _log);
        PluginInstance plugin = new() { Id = Guid.NewGuid(), Name = "logger", WorkspaceId = Guid.NewGuid(), CacheKey = "", Config = new object() };
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IQueue<string> queue = queues.Get(plugin, "slow", new QueueConfig { MaxBatchSize = 1 }, 0, async (int _, IReadOnlyList<string> _, CancellationToken _) =>
        {
            await arrived.Task;
            return Result.Ok;
        });
        Assert.True(queues.AreIdle);

        queue.Enqueue("on its way");

        Assert.False(queues.AreIdle);
        arrived.SetResult();
        await Wait.UntilAsync(() => queues.AreIdle);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _log.DisposeAsync();
        _batches.Dispose();
        _stopping.Dispose();
    }

    private string[] Next()
    {
        Assert.True(_batches.TryTake(out string[]? batch, TimeSpan.FromSeconds(30)), "no batch came");
        return batch;
    }

    private WorkQueue<int, string> Queue(QueueConfig parameters)
    {
        WorkQueue<int, string> queue = new(HandleAsync, "test", TimeProvider.System, _log, _stopping.Token);
        queue.Use(parameters, 0);
        return queue;
    }

    private ValueTask<Result> HandleAsync(int config, IReadOnlyList<string> batch, CancellationToken cancellation)
    {
        _batches.Add([.. batch], CancellationToken.None);
        return new ValueTask<Result>(_failures-- > 0 ? Result.Failure("not yet") : Result.Ok);
    }
}

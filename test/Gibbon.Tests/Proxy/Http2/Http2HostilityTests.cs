using System.Text;
using Gibbon.Tests.Proxy.Listeners;

namespace Gibbon.Tests.Proxy.Http2;

public class Http2HostilityTests
{
    [Theory]
    [InlineData("/a b", "InvalidTarget")]
    [InlineData("/a#b", "InvalidTarget")]
    [InlineData("/%zz", "InvalidTarget")]
    [InlineData("/../etc", "InvalidTarget")]
    [InlineData("/fine", "None")]
    public async Task A_path_that_http1_would_not_carry_is_refused_or_the_stream_is_reset(string path, string rejection)
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("http2"));
        await using Frames client = await Frames.OpenAsync(await gateway.ConnectAsync());
        await client.SendAsync(Frames.Headers, Frames.EndHeaders | Frames.EndStream, 1, Frames.Block(Frames.Request(path)));

        var frame = await client.ReadAsync();
        if (frame.Type == Frames.Headers)
        {
            frame = await client.ReadAsync();
            Assert.StartsWith($"rejection {rejection}\n", Encoding.Latin1.GetString(frame.Payload), StringComparison.Ordinal);
        }
        else
        {
            Assert.NotEqual("None", rejection);
            Assert.Contains(frame.Type, new[] { Frames.Reset, Frames.GoAway });
        }
    }

    [Theory]
    [InlineData("x-a", "1\r\nX-Injected: 1")]
    [InlineData("x-a", "1\nX-Injected: 1")]
    [InlineData("x-a", "1\0")]
    [InlineData("x-a: 1\r\nx-injected", "1")]
    [InlineData("X-Upper", "1")]
    [InlineData("connection", "close")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("te", "gzip")]
    [InlineData("host", "other.test")]
    [InlineData("content-length", "5")]
    [InlineData(":path", "/second")]
    [InlineData("", "empty")]
    [InlineData("x y", "1")]
    public async Task A_field_that_could_change_meaning_on_the_way_never_reaches_the_pipeline(string name, string value)
    {
        var seen = new StringBuilder();
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            exchange =>
            {
                foreach (var field in exchange.Request.Headers) seen.Append(Encoding.Latin1.GetString(field.Name)).Append(';');
                if (exchange.Rejection != Gibbon.Proxy.Messages.RequestRejection.None) seen.Clear();
                return Answers.Describe(exchange);
            },
            FrontDoor.Listen("http2"));
        await using Frames client = await Frames.OpenAsync(await gateway.ConnectAsync());
        byte[] block = Frames.Block(Frames.Request("/", (name, value)));
        await client.SendAsync(Frames.Headers, Frames.EndHeaders | Frames.EndStream, 1, block);

        var frame = await client.ReadAsync();

        Assert.Contains(frame.Type, new byte[] { Frames.Reset, Frames.GoAway, Frames.Headers });
        Assert.Contains(seen.ToString(), new[] { string.Empty, "host;" });
    }

    [Fact]
    public async Task Rapid_resets_end_the_connection()
    {
        var never = new TaskCompletionSource();
        await using FrontDoor gateway = await FrontDoor.StartAsync(async exchange =>
        {
            await never.Task;
            exchange.Abort();
        }, FrontDoor.Listen("http2"));
        await using Frames client = await Frames.OpenAsync(await gateway.ConnectAsync());
        Task sending = Task.Run(async () =>
        {
            for (var id = 1; id < 20_000; id += 2)
            {
                await client.SendAsync(Frames.Headers, Frames.EndHeaders | Frames.EndStream, id, Frames.Block(Frames.Request("/")));
                await client.SendAsync(Frames.Reset, 0, id, [0, 0, 0, 8]);
            }
        });

        (byte type, int code) = await client.ReadEndAsync();
        while (type == Frames.Reset) (type, code) = await client.ReadEndAsync();

        never.SetResult();
        Assert.True(type is Frames.GoAway or 255, $"{type} {code}");
        Assert.True(gateway.Listeners.Counters.Total < 2_000);
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_flood_of_continuations_ends_the_connection_before_it_fills_memory()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("http2"));
        await using Frames client = await Frames.OpenAsync(await gateway.ConnectAsync());
        await client.SendAsync(Frames.Headers, Frames.EndStream, 1, Frames.Block(Frames.Request("/")));
        byte[] block = Frames.Block(("x-flood", new string('a', 7_000)));
        try
        {
            for (var i = 0; i < 2_000; i++) await client.SendAsync(Frames.Continuation, 0, 1, block);
        }
        catch (IOException)
        {
            // The server has closed while we were sending.
        }

        (byte type, _) = await client.ReadEndAsync();

        Assert.Contains(type, new byte[] { Frames.GoAway, 255 });
        Assert.Equal(0, gateway.Listeners.Counters.Total);
    }

    [Fact]
    public async Task A_small_block_that_unpacks_to_a_large_one_is_refused()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("http2"));
        await using Frames client = await Frames.OpenAsync(await gateway.ConnectAsync());

        // One field put into the dynamic table, then named by its index ten thousand times.
        byte[] field = [.. Frames.Block(("x-bomb", new string('b', 3_000)))];
        field[0] = 0x40;
        byte[] bomb = [.. Frames.Block(Frames.Request("/")), .. field, .. Enumerable.Repeat((byte)0xBE, 10_000)];
        await client.SendAsync(Frames.Headers, Frames.EndHeaders | Frames.EndStream, 1, bomb);

        var frame = await client.ReadAsync();

        Assert.Equal(0, gateway.Listeners.Counters.Total);
        Assert.True(frame.Type is Frames.GoAway or Frames.Reset or 255 or Frames.Headers, $"{frame.Type}");
    }

    [Fact]
    public async Task More_streams_than_allowed_are_refused()
    {
        var never = new TaskCompletionSource();
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            options => options with
            {
                Http2MaxConcurrentStreams = 4,
                Handler = new FrontDoor.Handler(async exchange =>
                {
                    await never.Task;
                    exchange.Abort();
                }),
            },
            FrontDoor.Listen("http2"));
        await using Frames client = await Frames.OpenAsync(await gateway.ConnectAsync());
        for (var id = 1; id <= 11; id += 2)
        {
            await client.SendAsync(Frames.Headers, Frames.EndHeaders | Frames.EndStream, id, Frames.Block(Frames.Request("/")));
        }

        (byte type, int code) = await client.ReadEndAsync();

        Assert.Equal((Frames.Reset, 7), (type, code));

        // The refusal may overtake those that are served: they begin on other threads.
        for (int waits = 0; waits < 3000 && gateway.Listeners.Counters.Total < 4; waits++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(4, gateway.Listeners.Counters.Total);
        never.SetResult();
    }
}

using System.Net;
using System.Net.Sockets;
using Gibbon.Dns;
using Gibbon.Dns.Wire;

namespace Gibbon.Tests.Dns;

/// <summary>Name servers that lie, and others that answer in their place.</summary>
public sealed class HostileAnswerTests
{
    private const string Lie = "127.6.6.6";

    [Fact]
    public async Task An_answer_with_another_id_is_passed_over_and_the_right_one_is_taken()
    {
        await using var server = ScriptedNameServer.Start();
        server.Answer = asked =>
        {
            byte[] guessed = asked.Addresses(60, Lie);
            guessed[1] ^= 1;
            return [guessed, asked.Addresses(60, "127.0.0.1")];
        };

        await AssertTruthAsync(server);
    }

    [Fact]
    public async Task An_answer_to_another_question_is_passed_over()
    {
        await using var server = ScriptedNameServer.Start();
        server.Answer = asked =>
        {
            byte[] other = asked.Reply().Address("a.test", 60, Lie).Build();
            other[13] = (byte)'b';
            byte[] otherType = asked.Addresses(60, Lie);
            otherType[asked.Message.Length - 3] = 28;
            byte[] query = asked.Addresses(60, Lie);
            query[2] = 1;
            return [other, otherType, query, [], [1, 2, 3], asked.Addresses(60, "127.0.0.1")];
        };

        await AssertTruthAsync(server);
    }

    [Fact]
    public async Task An_answer_from_elsewhere_is_not_seen()
    {
        await using var server = ScriptedNameServer.Start();
        using Socket stranger = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Answer = asked =>
        {
            stranger.SendTo(asked.Addresses(60, Lie), asked.From);
            return [asked.Addresses(60, "127.0.0.1")];
        };

        await AssertTruthAsync(server);
    }

    [Fact]
    public async Task Records_of_other_names_and_types_count_for_nothing()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Reply()
            .Address("other.test", 60, Lie).Address("a.test", 60, "::6").Alias("unasked.test", 60, "a.test").Address("a.test", 60, "127.0.0.1").Build());

        await AssertTruthAsync(server);
    }

    [Fact]
    public async Task What_was_said_of_other_names_is_not_remembered()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Name == "a.test"
            ? asked.Reply().Address("a.test", 60, "127.0.0.1").Address("bank.test", 60, Lie).Build()
            : asked.Addresses(60, "127.0.0.2"));
        Resolver resolver = new(Settings(server), TimeProvider.System);
        await resolver.ResolveAsync("a.test");

        Assert.Equal("127.0.0.2", (await resolver.ResolveAsync("bank.test")).Addresses.Single().ToString());
    }

    public static TheoryData<string> Malformed => new(Bad.Keys);

    private static Dictionary<string, Func<Asked, byte[]>> Bad { get; } = new()
    {
        ["a name that points at itself"] = static asked => asked.Reply().Raw(0xc0, (byte)asked.Message.Length, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 127, 6, 6, 6).Build(),
        ["a name that points forward"] = static asked => asked.Reply().Raw(0xc0, 0xff, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 127, 6, 6, 6).Build(),
        ["a name that points into the header"] = static asked => asked.Reply().Raw(0xc0, 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 127, 6, 6, 6).Build(),
        ["a label without end"] = static asked => asked.Reply().Raw(0x3f, 1, 2).Build(),
        ["a label of a kind that is none"] = static asked => asked.Reply().Raw(0x80, 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 127, 6, 6, 6).Build(),
        ["an address of five bytes"] = static asked => asked.Reply().Record(asked.Name, 1, 60, [127, 6, 6, 6, 6]).Build(),
        ["data beyond the end"] = static asked => asked.Reply().Record(asked.Name, 1, 60, [127, 6, 6, 6]).Build()[..^2],
        ["records that were announced and are not there"] = static asked =>
        {
            byte[] message = asked.Reply().Build();
            message[7] = 9;
            return message;
        },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_answer_is_none(string what)
    {
        await using var server = ScriptedNameServer.Start(Bad[what]);

        Resolution resolution = await new Resolver(Settings(server), TimeProvider.System).ResolveAsync("a.test");

        Assert.Equal($"failed to receive reply from UDP server {server.EndPoint}: malformed answer", resolution.Error);
        Assert.False(resolution.NameUnknown);
    }

    [Fact]
    public async Task Aliases_that_go_in_circles_are_recognised_in_one_answer_and_in_many()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Name switch
        {
            "a.test" => asked.Reply().Alias("a.test", 60, "b.test").Alias("b.test", 60, "a.test").Build(),
            "c.test" => asked.Reply().Alias("c.test", 60, "d.test").Build(),
            "d.test" => asked.Reply().Alias("d.test", 60, "c.test").Build(),
            _ => asked.Reply().Alias(asked.Name, 60, "x" + asked.Name).Build(),
        });
        Resolver resolver = new(Settings(server), TimeProvider.System);

        foreach (string name in (string[])["a.test", "c.test", "endless.test"])
        {
            Assert.Equal("recursion detected", (await resolver.ResolveAsync(name)).Error);
        }

        Assert.InRange(server.Questions.Count, 1, 100);
    }

    [Fact]
    public async Task A_cut_answer_is_asked_for_again_over_TCP()
    {
        string[] addresses = [.. Enumerable.Range(1, 200).Select(static i => $"127.0.1.{i}")];
        await using var server = ScriptedNameServer.Start(asked => asked.OverTcp ? asked.Addresses(60, addresses) : asked.Reply().Truncated().Build());

        Resolution resolution = await new Resolver(Settings(server), TimeProvider.System).ResolveAsync("a.test");

        Assert.Equal(addresses, resolution.Addresses.Select(static address => address.ToString()));
        Assert.Equal([false, true], server.Questions.Select(static asked => asked.OverTcp));
    }

    [Fact]
    public async Task A_lie_over_TCP_is_refused_too()
    {
        await using var server = ScriptedNameServer.Start(asked =>
        {
            byte[] message = asked.OverTcp ? asked.Addresses(60, Lie) : asked.Reply().Truncated().Build();
            message[0] ^= (byte)(asked.OverTcp ? 1 : 0);
            return message;
        });

        Resolution resolution = await new Resolver(Settings(server), TimeProvider.System).ResolveAsync("a.test");

        Assert.Equal($"failed to receive reply from TCP server {server.EndPoint}: id mismatch", resolution.Error);
    }

    [Fact]
    public async Task A_datagram_longer_than_any_server_may_send_is_none()
    {
        await using var server = ScriptedNameServer.Start(asked =>
            asked.Addresses(60, [.. Enumerable.Range(0, 400).Select(static i => $"127.6.{i / 250}.{i % 250}")]));

        Assert.NotNull((await new Resolver(Settings(server), TimeProvider.System).ResolveAsync("a.test")).Error);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_server_that_cannot_tell_leaves_it_to_the_next(int code)
    {
        await using var bad = ScriptedNameServer.Start(asked => asked.Reply().Code(code).Build());
        await using var good = ScriptedNameServer.Start(asked => asked.Addresses(60, "127.0.0.1"));

        Resolution resolution = await new Resolver(Settings(bad, good), TimeProvider.System).ResolveAsync("a.test");

        Assert.Equal("127.0.0.1", resolution.Addresses.Single().ToString());
        Assert.Single(bad.Questions);
    }

    [Fact]
    public async Task A_silent_server_and_an_absent_one_leave_it_to_the_next()
    {
        await using var silent = ScriptedNameServer.Start();
        silent.Answer = _ => [];
        await using var good = ScriptedNameServer.Start(asked => asked.Addresses(60, "127.0.0.1"));
        ResolverSettings settings = Settings(silent, good);

        Resolution resolution = await new Resolver(settings with { Servers = settings.Servers.Insert(0, new IPEndPoint(IPAddress.Loopback, 1)) }, TimeProvider.System)
            .ResolveAsync("a.test");

        Assert.Equal("127.0.0.1", resolution.Addresses.Single().ToString());
    }

    [Fact]
    public async Task When_nobody_answers_the_last_server_is_named()
    {
        await using var silent = ScriptedNameServer.Start();
        silent.Answer = _ => [];

        Resolution resolution = await new Resolver(Settings(silent) with { Attempts = 2 }, TimeProvider.System).ResolveAsync("a.test");

        Assert.Equal($"failed to receive reply from UDP server {silent.EndPoint}: timeout", resolution.Error);
        Assert.Equal(2, silent.Questions.Count);
    }

    [Fact]
    public async Task Nobody_can_foresee_the_id_or_the_port_of_a_question()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Addresses(60, "127.0.0.1"));
        Resolver resolver = new(Settings(server), TimeProvider.System);
        for (int i = 0; i < 64; i++) await resolver.ResolveAsync($"n{i}.test");

        // Of 64 numbers out of 65,536 a few may be alike by chance, and no step between neighbours is the rule.
        ushort[] ids = [.. server.Questions.Select(static asked => asked.Id)];
        Assert.InRange(ids.Distinct().Count(), 60, 64);
        Assert.InRange(ids.Zip(ids.Skip(1), static (a, b) => (ushort)(b - a)).Distinct().Count(), 58, 63);
        Assert.InRange(server.Questions.Select(static asked => asked.From.Port).Distinct().Count(), 48, 64);
    }

    [Fact]
    public void Whatever_bytes_come_reading_them_ends()
    {
        Random random = new(20261121);
        Question question = Question.Create("a.test", RecordType.Srv);
        byte[] honest = new Asked(question.Message, new IPEndPoint(IPAddress.Loopback, 1), false).Reply()
            .Alias("a.test", 60, "b.test").Service("b.test", 60, 1, 2, 3, "c.test").Service("b.test", 60, 1, 2, 3, "d.test").Build();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] message = [.. honest[..random.Next(honest.Length + 1)], .. new byte[random.Next(20)]];
            for (int changes = random.Next(6); changes > 0 && message.Length > 0; changes--)
            {
                message[random.Next(message.Length)] = (byte)random.Next(256);
            }

            ReplyReader.Read(message, question, out _);
        }

        Assert.Equal(ReadOutcome.Read, ReplyReader.Read(honest, question, out Reply reply));
        Assert.Equal(["c.test", "d.test"], reply.Services.Select(static service => service.Target));
    }

    private static async Task AssertTruthAsync(ScriptedNameServer server)
    {
        Resolution resolution = await new Resolver(Settings(server), TimeProvider.System).ResolveAsync("a.test");

        Assert.Equal("127.0.0.1", Assert.Single(resolution.Addresses).ToString());
        Assert.Single(server.Questions);
    }

    private static ResolverSettings Settings(params ScriptedNameServer[] servers) => new()
    {
        Servers = [.. servers.Select(static server => server.EndPoint)],
        Order = [RecordType.A],
        Timeout = TimeSpan.FromSeconds(1),
    };
}

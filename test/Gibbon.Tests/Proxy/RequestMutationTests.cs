using System.Text;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Tests.Proxy;

/// <summary>
/// Damaged requests: the parser never throws, never depends on how the bytes were cut, and what it accepts means the same when it is
/// written out and read again.
/// </summary>
public sealed class RequestMutationTests
{
    private static readonly string[] Seeds =
    [
        "GET /a/b?c=d HTTP/1.1\r\nHost: t.test\r\nAccept: */*\r\nX-A: 1\r\n\r\n",
        "POST /%41/./x HTTP/1.1\r\nHost: t.test:80\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: [::1]\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\nExpect: 100-continue\r\n\r\n",
        "OPTIONS http://o.test/x?y HTTP/1.1\r\nHost: t.test\r\nUpgrade: websocket\r\nX_b: \t2\t\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\nCookie: a=b; c=d\r\n\r\n",
    ];

    private static readonly string[] Splices =
    [
        "\r", "\n", "\r\n", "\r\n\r\n", "\0", " ", "\t", ":", "#", "%00", "%2e%2e/", "/../", "Content-Length: 4\r\n", "Transfer-Encoding: chunked\r\n",
        "Host: x\r\n", "\r\n A", "chunked", "+", "0x", ",", ";", "HTTP/1.1", "HTTP/2.0", "\u00ff", "\u000b", "*", "http://", "@", "?",
    ];

    [Fact]
    public void Damaged_requests_never_confuse_the_parser()
    {
        var random = new Random(20261121);
        var accepted = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var text = Mutate(Seeds[random.Next(Seeds.Length)], random);
            var bytes = Encoding.Latin1.GetBytes(text);
            var whole = Parse(bytes, bytes.Length);
            var pieces = Parse(bytes, 1 + random.Next(7));
            Assert.True(whole.Outcome == pieces.Outcome && whole.Rejection.Status() == pieces.Rejection.Status(), text);
            if (whole.Outcome != HeadOutcome.Complete) continue;

            accepted++;
            var again = Parse(Serialise(whole.Head), int.MaxValue);
            Assert.True(again.Outcome == HeadOutcome.Complete, $"{text}\n{again.Rejection}");
            Assert.Equal(Meaning(whole.Head), Meaning(again.Head));
        }

        Assert.InRange(accepted, 6_000, 54_000);
    }

    [Fact]
    public void Damaged_chunks_decode_alike_however_they_are_cut()
    {
        var random = new Random(20261122);
        const string Seed = "5;a=\"b\"\r\nhello\r\n0a\r\n0123456789\r\n1\r\n!\r\n0\r\nX-T: 1\r\n\r\nGET / HTTP/1.1\r\n";
        for (var round = 0; round < 60_000; round++)
        {
            var bytes = Encoding.Latin1.GetBytes(Mutate(Seed, random));
            var whole = Decode(bytes, bytes.Length);
            var pieces = Decode(bytes, 1 + random.Next(5));
            Assert.Equal(whole.Outcome, pieces.Outcome);
            if (whole.Outcome == ChunkedOutcome.Malformed) continue;

            Assert.Equal(whole.Content, pieces.Content);
            Assert.Equal(whole.Consumed, pieces.Consumed);
        }
    }

    [Fact]
    public void Noise_is_refused()
    {
        var random = new Random(20261123);
        var bytes = new byte[200];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            Assert.NotEqual(HeadOutcome.Complete, Parse(bytes, bytes.Length).Outcome);
        }
    }

    private static string Mutate(string seed, Random random)
    {
        var text = new StringBuilder(seed);
        for (var i = random.Next(4); i >= 0; i--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text[at] = (char)random.Next(256);
                    break;
                case 1:
                    text.Remove(at, Math.Min(1 + random.Next(3), text.Length - at));
                    break;
                case 2:
                    text.Insert(at, Splices[random.Next(Splices.Length)]);
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, Math.Min(random.Next(20), text.Length - at)));
                    break;
                default:
                    text[at] = (char)(text[at] ^ 0x20);
                    break;
            }

            if (text.Length == 0) text.Append(' ');
        }

        return text.ToString();
    }

    private static (HeadOutcome Outcome, RequestRejection Rejection, RequestHead Head) Parse(byte[] bytes, int step)
    {
        var parser = new RequestHeadParser(Http1Settings.Default);
        parser.Reset();
        var head = new RequestHead();
        var outcome = HeadOutcome.Incomplete;
        for (var end = 0; end < bytes.Length && outcome == HeadOutcome.Incomplete;)
        {
            end = (int)Math.Min(bytes.Length, (long)end + step);
            outcome = parser.Parse(bytes.AsSpan(0, end), head);
        }

        return (outcome, parser.Rejection, head);
    }

    private static byte[] Serialise(RequestHead head)
    {
        var request = new OutgoingRequest { Headers = head.Headers, Framing = head.Framing, ContentLength = head.ContentLength };
        request.SetLine(head.MethodBytes, head.Target);
        if (head.Authority.Length > 0) request.Leading.Add(KnownHeader.Host, head.Authority);
        else request.Leading.Add(KnownHeader.Host, "none"u8);

        var output = new SendBuffer(4096);
        RequestHeadWriter.Write(output, request);
        return output.Memory.ToArray();
    }

    private static string Meaning(RequestHead head)
    {
        var text = new StringBuilder();
        text.Append(head.MethodString).Append(' ').Append(Encoding.Latin1.GetString(head.Target)).Append('\n');
        text.Append(head.Authority.Length > 0 ? Encoding.Latin1.GetString(head.Authority) : "none").Append('\n');
        text.Append(head.Framing).Append(head.ContentLength).Append('\n');
        foreach (var field in head.Headers)
        {
            if (field.Known is KnownHeader.Host or KnownHeader.ContentLength or KnownHeader.TransferEncoding or KnownHeader.Connection
                or KnownHeader.KeepAlive or KnownHeader.ProxyConnection)
            {
                continue;
            }

            text.Append(Encoding.Latin1.GetString(field.Name)).Append(": ").Append(Encoding.Latin1.GetString(field.Value)).Append('\n');
        }

        return text.ToString();
    }

    private static (ChunkedOutcome Outcome, string Content, int Consumed) Decode(byte[] bytes, int step)
    {
        var decoder = new ChunkedDecoder();
        var buffer = new ReceiveBuffer(64);
        var content = new StringBuilder();
        var total = 0;
        var outcome = ChunkedOutcome.More;
        for (var fed = 0; fed < bytes.Length && outcome == ChunkedOutcome.More;)
        {
            var count = Math.Min(step, bytes.Length - fed);
            bytes.AsSpan(fed, count).CopyTo(buffer.Room(count).Span);
            buffer.Fill(count);
            fed += count;
            outcome = decoder.Decode(buffer.Memory.Span, out var consumed, out var produced);
            content.Append(Encoding.Latin1.GetString(buffer.Memory.Span[..produced]));
            buffer.Consume(consumed);
            total += consumed;
        }

        return (outcome, content.ToString(), total);
    }
}

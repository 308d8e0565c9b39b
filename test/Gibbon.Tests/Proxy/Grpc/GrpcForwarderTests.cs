using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Gibbon.Certificates;
using Gibbon.Proxy.Grpc;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Upstreams;
using Gibbon.Tests.Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Tests.Proxy.Grpc;

public class GrpcForwarderTests
{
    [Fact]
    public async Task The_upstream_sees_the_request_as_it_was_and_the_answer_comes_with_its_trailers()
    {
        string? seen = null;
        await using GrpcUpstream upstream = await GrpcUpstream.StartAsync(async context =>
        {
            var request = context.Features.Get<IHttpRequestFeature>()!;
            seen = $"{request.Method} {request.RawTarget} {context.Request.Protocol} | "
                + string.Join(" | ", context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"));
            context.Response.Headers["X-Up"] = "1";
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync("answer"u8.ToArray());
            context.Response.AppendTrailer("grpc-status", "0");
        });
        using var forwarder = new GrpcForwarder(new UpstreamPoolSettings(), TimeProvider.System);
        OutgoingRequest request = Request("/pkg.S/M%2f../x?a=%7e", ("Host", "ignored"), ("Connection", "keep-alive"), ("TE", "trailers"), ("X-Own", "1"));
        request.Headers!.Add("Content-Type", "application/grpc");
        await using GrpcCall call = forwarder.Prepare(request, Buffered("question"), new GrpcTarget(upstream.Address, "svc.test:1", null, new UpstreamTimeouts()));

        ProxyError error = await call.SendAsync();
        string body = await ReadAsync(call.ResponseBody);

        Assert.True(error.IsNone, error.ToString());
        Assert.StartsWith("POST /pkg.S/M%2f../x?a=%7e HTTP/2 | ", seen, StringComparison.Ordinal);
        string[] fields = [.. seen!.Split(" | ")[1..].Select(field => field.ToLowerInvariant()).Order(StringComparer.Ordinal)];
        Assert.Equal(["content-length: 8", "content-type: application/grpc", "host: svc.test:1", "te: trailers", "x-own: 1"], fields);
        Assert.Equal(200, call.Response.Status);
        Assert.Equal("1", call.Response.Headers.GetString("x-up"));
        Assert.Equal("answer", body);
        Assert.Equal("0", call.ResponseBody.Trailers!.GetString("grpc-status"));
    }

    [Fact]
    public async Task No_te_is_sent_when_the_client_sent_none()
    {
        string? te = null;
        await using GrpcUpstream upstream = await GrpcUpstream.StartAsync(context =>
        {
            te = context.Request.Headers.TE;
            return Task.CompletedTask;
        });
        using var forwarder = new GrpcForwarder(new UpstreamPoolSettings(), TimeProvider.System);
        await using GrpcCall call = forwarder.Prepare(Request("/"), EmptyBody.Instance, Target(upstream));

        Assert.True((await call.SendAsync()).IsNone);
        Assert.True(string.IsNullOrEmpty(te));
    }

    [Fact]
    public async Task Both_directions_are_open_at_once()
    {
        await using GrpcUpstream upstream = await GrpcUpstream.StartAsync(async context =>
        {
            await context.Response.BodyWriter.FlushAsync();
            var buffer = new byte[100];
            int count;
            while ((count = await context.Request.Body.ReadAsync(buffer)) > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count));
                await context.Response.Body.FlushAsync();
            }

            context.Response.AppendTrailer("grpc-status", "0");
        });
        using var forwarder = new GrpcForwarder(new UpstreamPoolSettings(), TimeProvider.System);
        var body = new ChannelBody();
        await using GrpcCall call = forwarder.Prepare(Request("/"), body, Target(upstream));

        Assert.True((await call.SendAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10))).IsNone);
        for (var i = 0; i < 5; i++)
        {
            body.Send($"message {i}");
            BodyRead answer = await call.ResponseBody.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal($"message {i}", Encoding.ASCII.GetString(answer.Data.Span));
        }

        body.End();
        Assert.Equal(string.Empty, await ReadAsync(call.ResponseBody));
        Assert.Equal("0", call.ResponseBody.Trailers!.GetString("grpc-status"));
    }

    [Fact]
    public async Task An_answer_of_headers_alone_is_known_to_have_no_body()
    {
        await using GrpcUpstream upstream = await GrpcUpstream.StartAsync(context =>
        {
            context.Response.Headers["grpc-status"] = "5";
            return Task.CompletedTask;
        });
        using var forwarder = new GrpcForwarder(new UpstreamPoolSettings(), TimeProvider.System);
        await using GrpcCall call = forwarder.Prepare(Request("/"), Buffered("q"), Target(upstream));

        Assert.True((await call.SendAsync()).IsNone);
        Assert.Equal("5", call.Response.Headers.GetString("grpc-status"));
        Assert.Equal(MessageFraming.None, call.Response.Framing);
        Assert.True(call.ResponseBody.IsComplete);
        Assert.Null(call.ResponseBody.Trailers);
    }

    [Fact]
    public async Task A_silent_upstream_is_a_read_timeout_before_and_within_the_answer()
    {
        await using GrpcUpstream upstream = await GrpcUpstream.StartAsync(async context =>
        {
            if (context.Request.Path == "/begin") await context.Response.Body.WriteAsync("x"u8.ToArray());
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var forwarder = new GrpcForwarder(new UpstreamPoolSettings(), TimeProvider.System);
        GrpcTarget target = Target(upstream) with { Timeouts = new UpstreamTimeouts(Read: 300) };

        await using (GrpcCall silent = forwarder.Prepare(Request("/"), Buffered("q"), target))
        {
            ProxyError error = await silent.SendAsync();
            Assert.Equal((ProxyErrorKind.ReadTimeout, 504), (error.Kind, error.Status));
        }

        await using GrpcCall begun = forwarder.Prepare(Request("/begin"), Buffered("q"), target);
        Assert.True((await begun.SendAsync()).IsNone);
        Assert.Equal(BodyState.More, (await begun.ResponseBody.ReadAsync()).State);
        Assert.Equal(BodyState.Failed, (await begun.ResponseBody.ReadAsync()).State);
        Assert.Equal(ProxyErrorKind.ReadTimeout, begun.ResponseBody.Error.Kind);
    }

    [Fact]
    public async Task A_refused_connection_may_be_tried_elsewhere()
    {
        using var unused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var forwarder = new GrpcForwarder(new UpstreamPoolSettings(), TimeProvider.System);
        var target = new GrpcTarget((IPEndPoint)unused.LocalEndPoint!, "svc.test", null, new UpstreamTimeouts());
        await using GrpcCall call = forwarder.Prepare(Request("/"), Buffered("q"), target);

        ProxyError error = await call.SendAsync();

        Assert.Equal((ProxyErrorKind.ConnectRefused, RetryAdvice.Yes, 502), (error.Kind, error.Retry, error.Status));
    }

    [Fact]
    public async Task An_upstream_that_accepts_and_says_nothing_is_a_handshake_timeout()
    {
        using var mute = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        mute.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        mute.Listen();
        using var forwarder = new GrpcForwarder(new UpstreamPoolSettings(), TimeProvider.System);
        var target = new GrpcTarget((IPEndPoint)mute.LocalEndPoint!, "svc.test", new UpstreamTls("svc.test"), new UpstreamTimeouts(Connect: 300));
        await using GrpcCall call = forwarder.Prepare(Request("/"), Buffered("q"), target);

        ProxyError error = await call.SendAsync();

        Assert.Equal((ProxyErrorKind.TlsHandshakeTimeout, 504), (error.Kind, error.Status));
    }

    [Fact]
    public async Task An_upstream_that_resets_is_an_invalid_answer()
    {
        await using GrpcUpstream upstream = await GrpcUpstream.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var forwarder = new GrpcForwarder(new UpstreamPoolSettings(), TimeProvider.System);
        await using GrpcCall call = forwarder.Prepare(Request("/"), Buffered("q"), Target(upstream));

        ProxyError error = await call.SendAsync();

        Assert.Equal((ProxyErrorKind.ClosedBeforeResponse, RetryAdvice.No, 502), (error.Kind, error.Retry, error.Status));
    }

    [Fact]
    public async Task Tls_is_verified_against_the_services_authorities_and_shows_its_certificate()
    {
        string? client = null;
        await using GrpcUpstream upstream = await GrpcUpstream.StartAsync(
            context =>
            {
                client = context.Connection.ClientCertificate?.Subject;
                return Task.CompletedTask;
            },
            certificate: "svc.test");
        using var forwarder = new GrpcForwarder(new UpstreamPoolSettings(), TimeProvider.System);
        var id = Guid.NewGuid();
        CaStore authorities = CaStore.Create([(id, TestCertificates.For("svc.test").Certificate)], CaStore.Empty);
        LoadedCertificate own = LoadedCertificate.Load(TestCertificates.For("client.test"), out _)!;
        var trusting = new UpstreamTls("svc.test", Verify: true, 1, authorities.Find([id]).Trusted, new ClientCertificate(own.Leaf, own.Chain));

        await using GrpcCall good = forwarder.Prepare(Request("/"), Buffered("q"), Target(upstream) with { Tls = trusting });
        ProxyError error = await good.SendAsync();
        Assert.True(error.IsNone, error.ToString());
        Assert.Equal("CN=client.test", client);

        await using GrpcCall bad = forwarder.Prepare(Request("/"), Buffered("q"), Target(upstream) with { Tls = new UpstreamTls("svc.test", Verify: true) });
        Assert.Equal(ProxyErrorKind.CertificateNotTrusted, (await bad.SendAsync()).Kind);

        await using GrpcCall careless = forwarder.Prepare(Request("/"), Buffered("q"), Target(upstream) with { Tls = new UpstreamTls("svc.test") });
        Assert.True((await careless.SendAsync()).IsNone);
    }

    [Fact]
    public async Task An_aborted_call_ends_at_once()
    {
        var reached = new TaskCompletionSource();
        await using GrpcUpstream upstream = await GrpcUpstream.StartAsync(async context =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var forwarder = new GrpcForwarder(new UpstreamPoolSettings(), TimeProvider.System);
        await using GrpcCall call = forwarder.Prepare(Request("/"), Buffered("q"), Target(upstream));
        Task<ProxyError> sending = call.SendAsync().AsTask();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(10));

        call.Abort();

        Assert.Equal(ProxyErrorKind.Aborted, (await sending.WaitAsync(TimeSpan.FromSeconds(10))).Kind);
    }

    internal static async Task<string> ReadAsync(MessageBody body)
    {
        var text = new StringBuilder();
        while (true)
        {
            BodyRead read = await body.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            text.Append(Encoding.Latin1.GetString(read.Data.Span));
            if (read.State != BodyState.More) return text.ToString();
        }
    }

    private static GrpcTarget Target(GrpcUpstream upstream) => new(upstream.Address, "svc.test", null, new UpstreamTimeouts());

    private static OutgoingRequest Request(string target, params (string Name, string Value)[] leading)
    {
        var request = new OutgoingRequest { Headers = new HeaderTable() };
        request.SetLine("POST"u8, Encoding.ASCII.GetBytes(target));
        foreach ((string name, string value) in leading) request.Leading.Add(name, value);
        return request;
    }

    private static BufferedBody Buffered(string text)
    {
        var body = new BufferedBody();
        body.Set(Encoding.ASCII.GetBytes(text));
        return body;
    }

    /// <summary>A body whose pieces a test sends when it likes.</summary>
    private sealed class ChannelBody : MessageBody
    {
        private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();
        private bool _complete;
        private long _read;

        public override long Length => -1;

        public override bool IsComplete => _complete;

        public override long BytesRead => _read;

        public override ProxyError Error => default;

        public override HeaderTable? Trailers => null;

        public void Send(string text) => _pieces.Writer.TryWrite(text);

        public void End() => _pieces.Writer.Complete();

        public override async ValueTask<BodyRead> ReadAsync()
        {
            _complete = !await _pieces.Reader.WaitToReadAsync();
            if (_complete) return new BodyRead(default, BodyState.Last);

            _pieces.Reader.TryRead(out string? text);
            _read += text!.Length;
            return new BodyRead(Encoding.ASCII.GetBytes(text), BodyState.More);
        }
    }
}

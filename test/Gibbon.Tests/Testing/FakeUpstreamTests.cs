using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Gibbon.Testing;

namespace Gibbon.Tests.Testing;

public sealed class FakeUpstreamTests
{
    private static readonly HttpClient Client = new();

    [Fact]
    public async Task It_tells_a_request_back_unless_told_otherwise()
    {
        await using var upstream = FakeUpstream.Start();

        var echo = await Client.GetFromJsonAsync<JsonElement>(upstream.Url + "/a%20b?c=d");

        Assert.Equal("GET", echo.GetProperty("method").GetString());
        Assert.Equal("/a%20b?c=d", echo.GetProperty("target").GetString());
    }

    [Fact]
    public async Task It_records_header_case_and_order_as_sent()
    {
        await using var upstream = FakeUpstream.Start();

        await SendAsync(upstream, "GET / HTTP/1.1\r\nhOST: x\r\nx-B: 2\r\nX-a: 1\r\nConnection: close\r\n\r\n");

        var request = await upstream.NextRequestAsync();
        Assert.Equal(["hOST", "x-B", "X-a", "Connection"], request.Headers.Select(h => h.Key));
        Assert.Equal("1", request.Header("x-A"));
        Assert.Null(request.Header("X-C"));
    }

    [Fact]
    public async Task Pipelined_requests_and_chunked_bodies_are_read_one_after_the_other()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));

        var answers = await SendAsync(upstream,
            "POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
            + "POST /2 HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nfg");

        Assert.Equal(["abcde", "fg"], upstream.Requests.Select(r => r.Text));
        Assert.Equal([1, 1], upstream.Requests.Select(r => r.Connection));
        Assert.Equal(3, answers.Split("HTTP/1.1 200 OK\r\n").Length);
    }

    [Fact]
    public async Task An_answer_may_be_chunked_and_the_connection_stays_usable()
    {
        await using var upstream = FakeUpstream.Start(new UpstreamAnswer { Chunks = ["one ", "two"] });

        Assert.Equal("one two", await Client.GetStringAsync(upstream.Url));
        Assert.Equal("one two", await Client.GetStringAsync(upstream.Url));
        Assert.Equal(1, upstream.Connections);
    }

    [Fact]
    public async Task An_answer_may_be_any_bytes_or_none()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Raw("nonsense"));
        Assert.Equal("nonsense", await SendAsync(upstream, "GET / HTTP/1.1\r\n\r\n"));

        upstream.Answer = _ => UpstreamAnswer.Close;
        Assert.Equal("", await SendAsync(upstream, "GET / HTTP/1.1\r\n\r\n"));
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    public async Task An_answer_without_a_body_has_none(string method, int status)
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("body", status));

        using var request = new HttpRequestMessage(new HttpMethod(method), upstream.Url);
        using HttpResponseMessage response = await Client.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task With_a_certificate_it_speaks_TLS_and_hears_the_name_that_was_asked_for()
    {
        using var key = RSA.Create(2048);
        var certificateRequest = new CertificateRequest("CN=fake", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = certificateRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var upstream = FakeUpstream.Start(certificate: certificate);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });

        await client.GetStringAsync($"https://localhost:{upstream.Port}");
        await client.GetStringAsync(upstream.Url);

        Assert.Equal(["localhost", null], upstream.Requests.Select(r => r.ServerName));
    }

    private static async Task<string> SendAsync(FakeUpstream upstream, string bytes)
    {
        using var client = new TcpClient("127.0.0.1", upstream.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }
}

using System.Net.Http.Headers;
using System.Text;
using Gibbon.Testing;

namespace Gibbon.Plugins.GrpcWeb;

public sealed class GrpcWebTests : IDisposable
{
    const string Path = "/hello.Greeter/Greet";

    const string Proto = """
        syntax = "proto3";
        package hello;
        service Greeter { rpc Greet(Name) returns (Greeting); }
        message Name { string name = 1; }
        message Greeting { string text = 1; int64 count = 2; }
        """;

    static readonly byte[] Greeting = [0x0a, 2, .. "hi"u8, 0x10, 7];

    readonly string directory = Directory.CreateTempSubdirectory("gibbon-proto-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc-web+proto")]
    public async Task Frames_pass_and_the_trailers_come_as_the_last_one(string type)
    {
        await using var service = await GrpcService.StartAsync(_ => ([Greeting], "0", "fine"));
        await using var gateway = await StartAsync(service.Port);
        byte[] body = GrpcService.Frame(0, [0x0a, 1, (byte)'x']);

        using var response = await PostAsync(gateway, Path, type, body);

        var call = Assert.Single(service.Calls);
        Assert.Equal(("POST", Path, "application/grpc", "trailers"), (call.Method, call.Path, call.ContentType, call.Te));
        Assert.Equal(body, call.Body);
        Assert.Equal((200, type, "*"), ((int)response.StatusCode, response.Header("Content-Type"), response.Header("Access-Control-Allow-Origin")));
        Assert.Equal(
            (byte[])[.. GrpcService.Frame(0, Greeting), .. Trailers("0", "fine")],
            await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Text_is_base64_in_both_directions()
    {
        await using var service = await GrpcService.StartAsync(_ => ([Greeting], "0", null));
        await using var gateway = await StartAsync(service.Port);
        var halves = GrpcService.Frame(0, [0x0a, 1, (byte)'x']).Chunk(4).Select(Convert.ToBase64String);

        using var response = await PostAsync(gateway, Path, "application/grpc-web-text", Encoding.ASCII.GetBytes(string.Concat(halves)));

        Assert.Equal("00000000030a0178", Assert.Single(service.Calls).Hex);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal((byte[])[.. GrpcService.Frame(0, Greeting), .. Trailers("0", "")], Base64Pieces.Decode(Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    public async Task JSON_is_a_call_of_its_own_without_frames()
    {
        await using var service = await GrpcService.StartAsync(_ => ([Greeting], "0", null));
        await using var gateway = await StartAsync(service.Port);

        using var response = await PostAsync(gateway, Path, "application/json", """{"name":"x"}"""u8.ToArray());

        Assert.Equal("00000000030a0178", Assert.Single(service.Calls).Hex);
        Assert.Equal("""{"text":"hi","count":7}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Header("Content-Type"));
    }

    [Fact]
    public async Task JSON_may_be_in_frames()
    {
        await using var service = await GrpcService.StartAsync(_ => ([Greeting], "0", null));
        await using var gateway = await StartAsync(service.Port);

        using var response = await PostAsync(
            gateway, Path, "application/grpc-web+json", GrpcService.Frame(0, """{"name":"x"}"""u8.ToArray()));

        Assert.Equal("00000000030a0178", Assert.Single(service.Calls).Hex);
        Assert.Equal(
            (byte[])[.. GrpcService.Frame(0, """{"text":"hi","count":7}"""u8.ToArray()), .. Trailers("0", "")],
            await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_call_that_fails_says_so_in_the_trailers()
    {
        await using var service = await GrpcService.StartAsync(_ => ([], "5", "nobody"));
        await using var gateway = await StartAsync(service.Port);

        using var response = await PostAsync(gateway, Path, "application/grpc-web", GrpcService.Frame(0, []));

        Assert.Equal(Trailers("5", "nobody"), await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_fails_the_call()
    {
        await using var gateway = await StartAsync(1);

        using var response = await PostAsync(gateway, Path, "application/grpc-web", GrpcService.Frame(0, []));

        Assert.Equal((502, "13"), ((int)response.StatusCode, response.Header("grpc-status")));
        Assert.DoesNotContain("grpc-status:0", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_routes_part_of_the_path_can_be_left_out()
    {
        await using var service = await GrpcService.StartAsync(_ => ([Greeting], "0", null));
        await using var gateway = await StartAsync(service.Port, "pass_stripped_path: true", "/prefix");

        using var response = await PostAsync(gateway, "/prefix" + Path, "application/json", "{}"u8.ToArray());

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(Path, Assert.Single(service.Calls).Path);
    }

    [Theory]
    [InlineData("/hello.Greeter/Other", "application/json", "{}", "Unknown path \"/hello.Greeter/Other\"")]
    [InlineData(Path, "text/plain", "{}", "transcoding requests require a .proto file defining the service")]
    [InlineData(Path, "application/json", "[]", "body must be a table")]
    [InlineData(Path, "application/json", "{\"name\": {}}", "failed to encode payload")]
    [InlineData(Path, "application/grpc-web-text", "@@@@", "the body is not base64")]
    [InlineData(Path, "application/grpc-web+json", "{}", "the body has no whole frame")]
    public async Task What_is_no_call_is_refused(string path, string type, string body, string error)
    {
        await using var gateway = await StartAsync(1);

        using var response = await PostAsync(gateway, path, type, Encoding.ASCII.GetBytes(body));

        Assert.Equal((400, error), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_browser_is_told_from_where_it_may_call()
    {
        await using var gateway = await StartAsync(1, "allow_origin_header: 'https://shop.example'");

        using var request = new HttpRequestMessage(HttpMethod.Options, Path);
        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(
            ("https://shop.example", "POST", "content-type,x-grpc-web,x-user-agent"),
            (response.Header("Access-Control-Allow-Origin"), response.Header("Access-Control-Allow-Methods"), response.Header("Access-Control-Allow-Headers")));
    }

    static byte[] Trailers(string status, string message) =>
        GrpcService.Frame(0x80, Encoding.ASCII.GetBytes($"grpc-status:{status}\r\ngrpc-message:{message}\r\n"));

    async Task<TestGateway> StartAsync(int port, string config = "pass_stripped_path: false", string route = "/")
    {
        var file = System.IO.Path.Combine(directory, "hello.proto");
        await File.WriteAllTextAsync(file, Proto);
        return await TestGateway.StartAsync($$"""
            _format_version: "3.0"
            services:
            - url: grpc://127.0.0.1:{{port}}
              retries: 0
              routes: [{paths: ['{{route}}'], protocols: [http, https]}]
              plugins: [{name: grpc-web, config: {proto: '{{file}}', {{config}} } }]
            """);
    }

    static async Task<HttpResponseMessage> PostAsync(TestGateway gateway, string path, string type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await gateway.Client.PostAsync(path, content);
    }
}

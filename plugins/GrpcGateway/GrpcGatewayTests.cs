using System.Text;
using Gibbon.Testing;

namespace Gibbon.Plugins.GrpcGateway;

public sealed class GrpcGatewayTests : IDisposable
{
    const string Proto = """
        // A shop of creatures.
        syntax = "proto3";
        package shop.v1;
        import "google/api/annotations.proto";
        import "google/protobuf/timestamp.proto";
        option java_package = "x";

        service Shop {
          rpc Get(Wish) returns (Creature) {
            option (google.api.http) = {
              get: "/v1/creatures/{name}"
              additional_bindings { get: "/v1/old/{name=*}", }
              additional_bindings { get: "/v1/deep/{name=wood/**}/end" }
            };
          }
          rpc Make(Creature) returns (Creature) { option (google.api.http) = { post: "/v1/creatures:make" body: "*" }; }
          rpc Change(Change) returns (Creature) { option (google.api.http) = { patch: "/v1/creatures/{creature.name}" body: "creature" }; }
          rpc List(Wish) returns (stream Creature) { option (google.api.http).get = "/v1/all"; }
        }

        message Wish { string name = 1; bool tame = 2; repeated int32 ages = 3; Legs legs = 4; }
        message Change { Creature creature = 1; }
        message Legs { int32 count = 1; string kind = 2; }
        enum Size { SMALL = 0; BIG = 1; }
        message Creature {
          string name = 1;
          Size size = 2;
          repeated sint64 weights = 3;
          map<string, int32> parts = 4;
          Legs legs = 5;
          google.protobuf.Timestamp born = 6;
          oneof sound { string song = 7; bool mute = 8; }
          double price = 9;
          bytes data = 10;
          optional int32 rank = 11;
        }
        """;

    readonly string directory = Directory.CreateTempSubdirectory("gibbon-proto-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_variable_of_the_path_becomes_a_field_and_the_answer_becomes_JSON()
    {
        await using var service = await GrpcService.StartAsync(_ => ([[0x0a, 3, .. "bob"u8]], "0", null));
        await using var gateway = await StartAsync(service.Port);

        using var response = await gateway.Client.GetAsync("/v1/creatures/bob");

        var call = Assert.Single(service.Calls);
        Assert.Equal(("POST", "/shop.v1.Shop/Get", "application/grpc", "trailers"), (call.Method, call.Path, call.ContentType, call.Te));
        Assert.Equal("00000000050a03626f62", call.Hex);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("""{"name":"bob","size":"SMALL","price":0,"data":""}""", await response.Content.ReadAsStringAsync());
        Assert.Equal(("application/json", "*"), (response.Header("Content-Type"), response.Header("Access-Control-Allow-Origin")));
    }

    [Theory]
    [InlineData("/v1/old/eve", "0a03657665")]
    [InlineData("/v1/deep/wood/a/b/end", "0a08776f6f642f612f62")]
    [InlineData("/v1/creatures/a?tame=true&ages=3&legs.count=4&legs.kind=long&unknown=1", "0a0161" + "1001" + "1a0103" + "220808041204" + "6c6f6e67")]
    [InlineData("/v1/creatures/a?tame=0&ages=1&ages=300", "0a0161" + "1000" + "1a0301ac02")]
    public async Task What_a_binding_and_the_query_name_is_in_the_message(string path, string message)
    {
        await using var service = await GrpcService.StartAsync(_ => ([[]], "0", null));
        await using var gateway = await StartAsync(service.Port);

        using var response = await gateway.Client.GetAsync(path);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(message, Convert.ToHexStringLower(Assert.Single(service.Calls).Message));
        Assert.Equal("/shop.v1.Shop/Get", service.Calls[0].Path);
    }

    [Fact]
    public async Task A_body_of_JSON_becomes_the_whole_message_and_comes_back_the_same()
    {
        const string Json = """
            {"name":"yeti","size":"BIG","weights":[-3,70],"parts":{"arm":2},"legs":{"count":2,"kind":"hairy"},"born":"2024-02-29T12:30:00","song":"","price":1.5,"data":"abc","rank":0}
            """;
        await using var service = await GrpcService.StartAsync(call => ([call.Message], "0", null));
        await using var gateway = await StartAsync(service.Port);

        using var response = await PostAsync(gateway, "/v1/creatures:make", Json);

        Assert.Equal("/shop.v1.Shop/Make", service.Calls[0].Path);
        Assert.Equal(Json.Trim(), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_body_may_be_one_field_beside_those_of_the_path()
    {
        await using var service = await GrpcService.StartAsync(_ => ([[]], "0", null));
        await using var gateway = await StartAsync(service.Port);

        using var content = new StringContent("""{"price": 2}""");
        using var response = await gateway.Client.PatchAsync("/v1/creatures/imp", content);

        // As in Kong the body takes the place of what the path has said of the same field.
        Assert.Equal("0a09490000000000000040", Convert.ToHexStringLower(service.Calls[0].Message));
    }

    [Fact]
    public async Task Each_message_of_a_stream_becomes_an_object()
    {
        await using var service = await GrpcService.StartAsync(_ => ([[0x0a, 1, (byte)'a'], [0x0a, 1, (byte)'b']], "0", null));
        await using var gateway = await StartAsync(service.Port);

        Assert.Equal(
            """{"name":"a","size":"SMALL","price":0,"data":""}{"name":"b","size":"SMALL","price":0,"data":""}""",
            await gateway.Client.GetStringAsync("/v1/all"));
    }

    [Theory]
    [InlineData("5", 404)]
    [InlineData("1", 499)]
    [InlineData("16", 401)]
    [InlineData("14", 503)]
    [InlineData("77", 500)]
    public async Task A_status_of_gRPC_in_the_head_becomes_one_of_HTTP(string grpcStatus, int status)
    {
        await using var service = await GrpcService.StartAsync(_ => ([], grpcStatus, "no"));
        await using var gateway = await StartAsync(service.Port);

        using var response = await gateway.Client.GetAsync("/v1/creatures/bob");

        Assert.Equal((status, grpcStatus, "no"), ((int)response.StatusCode, response.Header("grpc-status"), response.Header("grpc-message")));
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET", "/v2/nothing", null, "failed to transcode .proto file Unknown path \"/v2/nothing\"")]
    [InlineData("PUT", "/v1/creatures/x", "{}", "failed to transcode .proto file Unknown method \"put\"")]
    [InlineData("POST", "/v1/creatures:make", "7", "body must be a table")]
    [InlineData("POST", "/v1/creatures:make", "{\"name\": null}", "failed to encode payload")]
    [InlineData("POST", "/v1/creatures:make", "{\"size\": \"HUGE\"}", "failed to encode payload")]
    [InlineData("POST", "/v1/creatures:make", "{\"born\": 5}", "failed to encode payload")]
    [InlineData("POST", "/v1/creatures:make", "{\"weights\": 5}", "failed to encode payload")]
    public async Task A_request_that_fits_no_method_is_told_why(string method, string path, string? body, string error)
    {
        await using var service = await GrpcService.StartAsync(_ => ([[]], "0", null));
        await using var gateway = await StartAsync(service.Port);

        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body) };
        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal((400, error), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Empty(service.Calls);
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_is_refused()
    {
        await using var gateway = await StartAsync(1);

        using var response = await PostAsync(gateway, "/v1/creatures:make", "{\"name\":");

        Assert.Equal(400, (int)response.StatusCode);
        Assert.StartsWith("decode json err: ", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_browser_is_told_what_it_may_ask()
    {
        await using var gateway = await StartAsync(1);

        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/creatures/bob");
        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal((200, "OK"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(
            ("*", "GET,POST,PATCH,DELETE", "content-type"),
            (response.Header("Access-Control-Allow-Origin"), response.Header("Access-Control-Allow-Methods"), response.Header("Access-Control-Allow-Headers")));
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_fails_the_call_as_gRPC_does()
    {
        await using var gateway = await StartAsync(1);

        using var response = await gateway.Client.GetAsync("/v1/creatures/bob");

        // The gateway answers the request as it stands then, one of gRPC, and the status of that is mapped as a service's would be.
        Assert.Equal((500, "13"), ((int)response.StatusCode, response.Header("grpc-status")));
    }

    [Fact]
    public async Task Without_a_file_nothing_can_be_called()
    {
        await using var gateway = await TestGateway.StartAsync(Configuration(1, ""));

        using var response = await gateway.Client.GetAsync("/v1/creatures/bob");

        Assert.Equal(
            (400, "transcoding requests require a .proto file defining the service"),
            ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_file_that_is_wrong_is_an_error_in_the_log_until_it_is_mended()
    {
        await using var service = await GrpcService.StartAsync(_ => ([[]], "0", null));
        var file = Path.Combine(directory, "shop.proto");
        await File.WriteAllTextAsync(file, "syntax = \"proto3\"; message A { B b = 1; }");
        await using var gateway = await TestGateway.StartAsync(Configuration(service.Port, $"proto: '{file}'"));

        using var response = await gateway.Client.GetAsync("/v1/creatures/bob");
        await gateway.LoggedAsync("unknown type 'B' in A");
        await File.WriteAllTextAsync(file, Proto);
        using var mended = await gateway.Client.GetAsync("/v1/creatures/bob");

        Assert.Equal((500, 200), ((int)response.StatusCode, (int)mended.StatusCode));
    }

    async Task<TestGateway> StartAsync(int port)
    {
        var file = Path.Combine(directory, "shop.proto");
        await File.WriteAllTextAsync(file, Proto);
        return await TestGateway.StartAsync(Configuration(port, $"proto: '{file}'"));
    }

    static string Configuration(int port, string config) => $$"""
        _format_version: "3.0"
        services:
        - url: grpc://127.0.0.1:{{port}}
          retries: 0
          routes: [{paths: [/], protocols: [http, https]}]
          plugins: [{name: grpc-gateway, config: { {{config}} } }]
        """;

    static async Task<HttpResponseMessage> PostAsync(TestGateway gateway, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await gateway.Client.PostAsync(path, content);
    }
}

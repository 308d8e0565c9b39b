using System.Text;
using Gibbon.Testing;

namespace Gibbon.Plugins.AzureFunctions;

public sealed class AzureFunctionsTests
{
    [Fact]
    public async Task The_function_answers_in_the_place_of_a_service()
    {
        await using var azure = FakeUpstream.Start(UpstreamAnswer.Text("from azure", 201) with { CloseAfter = true });
        await using var gateway = await Start(azure.Port, "routeprefix: /api/, functionname: /greet/, https: false, apikey: key, clientid: me");

        using var content = new StringContent("hello", Encoding.UTF8, "text/plain");
        using var response = await gateway.Client.PostAsync("/any/path?a=1&b", content);
        var request = await azure.NextRequestAsync();

        Assert.Equal(("POST", "/api/greet?a=1&b", "hello"), (request.Method, request.Target, request.Text));
        Assert.Equal(
            ("key", "me", "text/plain; charset=utf-8", $"127.0.0.1:{azure.Port}"),
            (request.Header("x-functions-key"), request.Header("x-functions-clientid"), request.Header("Content-Type"), request.Header("Host")));
        Assert.Equal((201, "from azure"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(("text/plain; charset=UTF-8", "1.1 kong/3.9.1"), (response.Header("Content-Type"), response.Header("Via")));
    }

    [Fact]
    public async Task A_function_that_does_not_answer_is_an_error_of_the_gateway()
    {
        await using var azure = FakeUpstream.Start(UpstreamAnswer.Close);
        await using var gateway = await Start(azure.Port, "functionname: greet, https: false");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Accept", "text/html" } } };
        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal((500, """{"message":"An unexpected error occurred"}"""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_function_that_takes_too_long_is_given_up()
    {
        await using var azure = FakeUpstream.Start(UpstreamAnswer.Text("late") with { Delay = TimeSpan.FromSeconds(60) });
        await using var gateway = await Start(azure.Port, "functionname: greet, https: false, timeout: 50");

        using var response = await gateway.Client.GetAsync("/");

        Assert.Equal((500, "An unexpected error occurred"), await response.ErrorAsync());
    }

    // An address in the place of the app and its domain; and the port of a test.
    static Task<TestGateway> Start(int port, string config) => TestGateway.StartAsync(
        "_format_version: \"3.0\"\n"
        + $"routes: [{{paths: [/], plugins: [{{name: azure-functions, config: {{appname: '127.0.0', hostdomain: '1', {config}}}}}]}}]",
        plugins: [new AzureFunctionsPlugin(port)]);
}

using System.Net.Sockets;
using System.Text;
using Gibbon.Plugins.Sinks;
using Gibbon.Testing;

namespace Gibbon.Plugins.Syslog;

public sealed class SyslogTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("gibbon-syslog-").FullName;

    string SocketFile => Path.Combine(directory, "log");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task The_facility_and_the_severity_head_a_message()
    {
        await using var sink = DatagramSink.At(SocketFile);
        await using var gateway = await Start("{facility: local3, log_level: notice, successful_severity: notice}");

        using var response = await gateway.Client.GetAsync("/");

        // local3 is 19: 19 * 8 + 5.
        Assert.Matches("^<157>[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} kong\\[[0-9]+\\]: \\{", await sink.NextAsync());
    }

    [Fact]
    public async Task Less_grave_messages_are_not_sent()
    {
        await using var sink = DatagramSink.At(SocketFile);
        await using var gateway = await Start("{log_level: err, successful_severity: info, client_errors_severity: err}");

        using var fine = await gateway.Client.GetAsync("/");
        using var unknown = await gateway.Client.GetAsync("/404");

        Assert.Contains("/404", await sink.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_syslog_that_was_started_anew_is_found_again()
    {
        await using var gateway = await Start("{}");
        await using (var first = DatagramSink.At(SocketFile))
        {
            using var before = await gateway.Client.GetAsync("/before");
            Assert.Contains("/before", await first.NextAsync(), StringComparison.Ordinal);
        }

        await using var second = DatagramSink.At(SocketFile);
        using var after = await gateway.Client.GetAsync("/after");

        Assert.Contains("/after", await second.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_syslog_that_takes_a_stream_gets_messages_that_end_with_a_zero()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketFile));
        listener.Listen();
        await using var gateway = await Start("{}");

        using var response = await gateway.Client.GetAsync("/stream");
        using var client = await listener.AcceptAsync();
        var message = new StringBuilder();
        var buffer = new byte[4096];
        while (!message.ToString().EndsWith('\0'))
            message.Append(Encoding.UTF8.GetString(buffer, 0, await client.ReceiveAsync(buffer)));

        Assert.StartsWith("<14>", message.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("}\0", message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_syslog_requests_go_on()
    {
        await using var gateway = await Start("{}");

        using var response = await gateway.Client.GetAsync("/");

        Assert.Equal(200, (int)response.StatusCode);
    }

    async Task<TestGateway> Start(string config) => await TestGateway.StartAsync(
        $$$"""
        _format_version: "3.0"
        routes: [{paths: [/], plugins: [{name: request-termination, config: {status_code: 200}}]}, {paths: [/404], plugins: [{name: request-termination, config: {status_code: 404}}]}]
        plugins: [{name: syslog, config: {{{config}}} }]
        """,
        plugins: [new SyslogPlugin(socket: SocketFile)]);
}

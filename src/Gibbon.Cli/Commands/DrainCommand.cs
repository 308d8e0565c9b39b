using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gibbon.Cli.Arguments;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

/// <summary>Has a node say of itself that it is to be given no more traffic; it goes on serving what comes.</summary>
internal sealed class DrainCommand : Command
{
    public override string Name => "drain";

    public override string Summary => "Have a running node answer on its Status API that it is not ready, so that load balancers leave it out.";

    public override IReadOnlyList<Option> Options => [Option.Conf, Option.Prefix];

    public override async Task<int> RunAsync(Invocation invocation)
    {
        var settings = NodeSources.Load(invocation);
        var listeners = settings.Listeners.Status;
        if (listeners.IsEmpty)
            throw new CommandException("No status listeners found in configuration.");

        var chosen = listeners[0];
        var host = chosen.Address is "0.0.0.0" ? "127.0.0.1" : chosen.Address is "::" ? "[::1]" : chosen.Address;
        var url = string.Create(CultureInfo.InvariantCulture, $"{(chosen.Ssl ? "https" : "http")}://{host}:{chosen.Port}/status/ready");
        invocation.Terminal.Print(await AskAsync(new Uri(url)));
        return 0;
    }

    // What goes wrong is said, and is no failure: so Kong has it.
    private static async Task<string> AskAsync(Uri url)
    {
        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false };
            if (url.IsLoopback)
            {
                // The node's own certificate is its own work.
#pragma warning disable CA5359
                handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
            }

            using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
            using var content = new StringContent("{\"status\":\"draining\"}", Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(url, content);
            return response.IsSuccessStatusCode
                ? "Kong's status successfully changed to 'draining'"
                : $"Unexpected response code: {(int)response.StatusCode}, body: {await response.Content.ReadAsStringAsync()}";
        }
        catch (HttpRequestException exception)
        {
            var reason = exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "connection refused" : exception.Message;
            return $"Failed to send request to {url}: {reason}";
        }
    }
}

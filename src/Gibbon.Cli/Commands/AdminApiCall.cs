using System.Globalization;
using System.Net.Http.Headers;
using Gibbon.Cli.Arguments;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

/// <summary>Asks the Admin API of a running node, in its own words.</summary>
internal static class AdminApiCall
{
    public static async Task<ValueMap> ApplyAsync(GatewaySettings settings, string? address, WholeQuestion question)
    {
        var api = address is null ? AddressOf(settings) : Uri.TryCreate(address.TrimEnd('/'), UriKind.Absolute, out var given) ? given
            : throw new CommandException($"--{WholeConfiguration.Address.Name} is not a URL: '{address}'");
        List<string> query = [$"size={question.Size.ToString(CultureInfo.InvariantCulture)}"];
        if (question.IsPlan)
            query.Add("plan=1");
        if (question.Tags is { } tags)
            query.Add("select_tags=" + Uri.EscapeDataString(tags));
        if (question.Reason is { } reason)
            query.Add("reason=" + Uri.EscapeDataString(reason));

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{api.ToString().TrimEnd('/')}/apply?{string.Join('&', query)}"));
        request.Content = new ByteArrayContent(ValueJson.Write(question.Document)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        if (question.Version is { } version)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        request.Headers.TryAddWithoutValidation("Kong-Admin-User", Environment.UserName);
        if (settings.Admin.Token is { } token)
            request.Headers.TryAddWithoutValidation("Kong-Admin-Token", token);
        return await SendAsync(request, isOwn: address is null);
    }

    private static async Task<ValueMap> SendAsync(HttpRequestMessage request, bool isOwn)
    {
        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false };
            if (isOwn && request.RequestUri!.IsLoopback)
            {
                // The node's own certificate is its own work; nobody else answers on this machine's loopback.
#pragma warning disable CA5359
                handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
            }

            using var client = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(10) };
            using var response = await client.SendAsync(request);
            return ValueJson.TryRead(await response.Content.ReadAsByteArrayAsync(), out var value, out _) && value is ValueMap answer
                ? answer
                : throw new CommandException($"the Admin API at {request.RequestUri!.GetLeftPart(UriPartial.Authority)} answered {(int)response.StatusCode} {response.ReasonPhrase}");
        }
        catch (HttpRequestException exception)
        {
            throw new CommandException($"could not ask the Admin API at {request.RequestUri!.GetLeftPart(UriPartial.Authority)}: {exception.Message}", exception);
        }
    }

    private static Uri AddressOf(GatewaySettings settings)
    {
        var listeners = settings.Listeners.Admin;
        if (listeners.IsEmpty)
            throw new CommandException("the node has no Admin API (admin_listen = off): name one with --addr");

        var chosen = listeners.FirstOrDefault(static listener => !listener.Ssl) ?? listeners[0];
        var host = chosen.Address switch
        {
            "0.0.0.0" => "127.0.0.1",
            "::" => "[::1]",
            var name => name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name,
        };
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{(chosen.Ssl ? "https" : "http")}://{host}:{chosen.Port}"));
    }
}

using System.Net.Sockets;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>Asks servers that speak JSON.</summary>
internal static class VaultHttp
{
    private static readonly HttpMessageInvoker s_client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = 16,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    /// <summary>Asks.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">Whom, and for what.</param>
    /// <param name="body">What is sent, and its media type.</param>
    /// <param name="cancellation">Gives up waiting, by its exception.</param>
    /// <param name="headers">Headers; those without a value are left out.</param>
    /// <returns>The status and the body, or why there is no answer.</returns>
    public static async Task<Result<VaultAnswer>> SendAsync(
        HttpMethod method, string url, (byte[] Data, string Type)? body, CancellationToken cancellation, params (string Name, string? Value)[] headers)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? target))
        {
            return Result.Failure<VaultAnswer>("the vault's address is no URL");
        }

        using HttpRequestMessage request = new(method, target);
        if (body is { } given)
        {
            request.Content = new ByteArrayContent(given.Data);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", given.Type);
        }

        foreach ((string name, string? value) in headers)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await SendAsync(request, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends a request that is made already.</summary>
    public static async Task<Result<VaultAnswer>> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await s_client.SendAsync(request, cancellation).ConfigureAwait(false);
            return new VaultAnswer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            return Result.Failure<VaultAnswer>(failure.Message);
        }
    }

    /// <summary>A body of JSON.</summary>
    public static (byte[] Data, string Type) Json(ValueMap body) => (ValueJson.Write(body), "application/json");

    /// <summary>A body that is a form.</summary>
    public static (byte[] Data, string Type) Form(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        StringBuilder form = new();
        foreach ((string name, string value) in fields)
        {
            form.Append(form.Length == 0 ? "" : "&").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return (Encoding.ASCII.GetBytes(form.ToString()), "application/x-www-form-urlencoded");
    }

    /// <summary>A file's text without the space around it.</summary>
    public static Result<string> ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Result.Failure<string>(failure.Message);
        }
    }
}

/// <summary>What a server answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
internal sealed record VaultAnswer(int Status, byte[] Body)
{
    /// <summary>The body as JSON; empty if it is none.</summary>
    public ValueMap Json => field ??= ValueJson.TryRead(Body, out object? value, out _) && value is ValueMap map ? map : [];
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Gibbon.Observability;
using Gibbon.Settings;
using Microsoft.AspNetCore.Http;

namespace Gibbon.Admin.Manager;

/// <summary>
/// The server of <c>admin_gui_listen</c>: files of the web UI below <c>admin_gui_path</c>, <c>kconfig.js</c>, and the first page for every
/// address that is none of them, since the UI has addresses of its own.
/// </summary>
internal sealed class ManagerSite(GatewaySettings settings, ManagerFiles? files, BrowserGuard guard, ApiAccessLog accessLog, ErrorLog errorLog)
{
    // What a page of another build may be cached for; a name with a hash in it never means anything else.
    private const string LongLived = "public, max-age=7776000";
    private const string Immutable = "public, max-age=31536000, immutable";
    private const string AskAgain = "no-cache";

    private readonly BrowserConfiguration _configuration = new(settings);
    private readonly ConcurrentDictionary<string, ManagerContent> _contents = new(StringComparer.Ordinal);

    public async Task HandleAsync(HttpContext context)
    {
        long started = Stopwatch.GetTimestamp();
        HttpResponse response = context.Response;
        byte[] body = AnswerOrFail(context);
        response.ContentLength = response.StatusCode == 304 ? null : body.Length;
        if (settings.Headers.Server)
        {
            response.Headers.Server = settings.Node.ServerToken;
        }

        int sent = HttpMethods.IsHead(context.Request.Method) || response.StatusCode == 304 ? 0 : body.Length;
        if (sent > 0)
        {
            await response.Body.WriteAsync(body);
        }

        accessLog.Write(context, sent, started);
    }

    private byte[] AnswerOrFail(HttpContext context)
    {
        try
        {
            return Answer(context);
        }
        catch (Exception failure)
        {
            Say(context, LogSeverity.Error, failure.ToString());
            context.Response.Headers.Clear();
            return Page(context.Response, 500, PlainPages.Failed);
        }
    }

    // What was asked for is told without its query: a link may carry anything.
    private void Say(HttpContext context, LogSeverity severity, string what) => errorLog.Write(
        severity, $"[gibbon] admin_gui: {what}", $"client: {context.Connection.RemoteIpAddress}, request: \"{context.Request.Method} {context.Request.Path}\", host: \"{context.Request.Host}\"");

    private byte[] Missing(HttpContext context)
    {
        Say(context, LogSeverity.Error, "there is no such file");
        return Page(context.Response, 404, PlainPages.NotFound);
    }

    private byte[] Answer(HttpContext context)
    {
        HttpRequest request = context.Request;
        Protect(context.Response);
        if (!guard.Knows(request.Host))
        {
            Say(context, LogSeverity.Warn, "refused: the Host is not one of admin_gui_url or an address of this node");
            return Page(context.Response, 421, PlainPages.UnknownHost);
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return Page(context.Response, 405, PlainPages.OnlyReading);
        }

        return Below(settings.Manager.Path, request.Path.Value ?? "/") switch
        {
            null => Missing(context),
            "kconfig.js" => Script(context.Response),
            "robots.txt" => Text(context.Response, "text/plain; charset=utf-8", ApiAnswer.NoRobots),
            _ when files is null => Page(context.Response, 503, PlainPages.NotBuilt),
            string path when files.Has(path) => File(context, path),
            string path when IsAsset(path) => Missing(context),
            _ => File(context, ManagerFiles.Index),
        };
    }

    private byte[] File(HttpContext context, string path)
    {
        HttpResponse response = context.Response;
        ManagerContent content = _contents.GetOrAdd(path, static (path, site) => new ManagerContent(path, site.Read(path), site.Path), this);
        (byte[] bytes, string? encoding) = content.For(context.Request.Headers.AcceptEncoding);
        bool isPage = path.EndsWith(".html", StringComparison.Ordinal);
        response.ContentType = content.Type;
        response.Headers.ETag = content.Tag;
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.CacheControl = isPage ? AskAgain : files!.IsOwn && path.StartsWith("assets/", StringComparison.Ordinal) ? Immutable : LongLived;
        if (isPage)
        {
            Restrict(context);
        }

        if (context.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == content.Tag || tag == "W/" + content.Tag))
        {
            response.StatusCode = 304;
            return [];
        }

        if (encoding is not null)
        {
            response.Headers.ContentEncoding = encoding;
        }

        return bytes;
    }

    private string Path => settings.Manager.Path;

    private byte[] Read(string path) => files!.TryRead(path, out byte[]? content) ? content : [];

    private byte[] Script(HttpResponse response)
    {
        response.Headers.CacheControl = AskAgain;
        return Text(response, "application/javascript; charset=utf-8", _configuration.Script);
    }

    // Kong's headers; nobody may frame the page but itself.
    private static void Protect(HttpResponse response)
    {
        response.Headers.XFrameOptions = "sameorigin";
        response.Headers.XXSSProtection = "1; mode=block";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["X-Permitted-Cross-Domain-Policies"] = "master-only";
        response.Headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
    }

    // Our own pages bring all they need. Another build says by admin_gui_csp_header whether it can live with a policy.
    private void Restrict(HttpContext context)
    {
        string connectable = _configuration.Connectable(context.Request.Host.Host);
        if (files!.IsOwn)
        {
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src {connectable}; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
        }
        else if (settings.Manager.ContentSecurityPolicy)
        {
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'self'; connect-src {connectable}; img-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'";
        }
    }

    // The path below the UI's own; null when it is none of the UI's.
    private static string? Below(string root, string path) =>
        root == "/" ? path[1..]
        : !path.StartsWith(root, StringComparison.OrdinalIgnoreCase) ? null
        : path.Length == root.Length ? ""
        : path[root.Length] == '/' ? path[(root.Length + 1)..]
        : null;

    private static bool IsAsset(string path) => System.IO.Path.GetExtension(path) is ".jpg" or ".jpeg" or ".png" or ".gif" or ".svg" or ".ico" or ".css" or ".ttf" or ".js";

    private static byte[] Page(HttpResponse response, int status, string page)
    {
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'self'";
        return Text(response, "text/html; charset=utf-8", page);
    }

    private static byte[] Text(HttpResponse response, string type, string text)
    {
        response.ContentType = type;
        return System.Text.Encoding.UTF8.GetBytes(text);
    }
}

using System.Diagnostics;
using System.Net;
using Gibbon.Observability;
using Gibbon.Proxy.AccessLogs;
using Gibbon.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Admin;

/// <summary>One line for every request to an API (<c>admin_access_log</c>, <c>status_access_log</c>), in nginx's format "combined" unless the setting names another.</summary>
internal sealed class ApiAccessLog : IAsyncDisposable
{
    private const string DefaultFormat = "combined";
    private const string Header = "http_";
    private const int MostWaiting = 4 * 1024 * 1024;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private readonly LogWriter _writer;
    private readonly LogFormat _format;
    private readonly LogClock _clock;

    /// <exception cref="InvalidOperationException">There is no format of that name; the message is nginx's.</exception>
    public ApiAccessLog(LogTarget target, LogSettings settings, TimeProvider time)
    {
        string name = target.Format ?? DefaultFormat;
        if (!settings.Formats.TryGetValue(name, out string? text))
        {
            throw new InvalidOperationException($"unknown log format \"{name}\"");
        }

        _format = LogFormat.Parse(text);
        _clock = new LogClock(time);
        _writer = new LogWriter(target, MostWaiting, Gathering);
    }

    /// <param name="context">The request, answered.</param>
    /// <param name="bodyLength">Bytes of the answer's body that were sent.</param>
    /// <param name="started">When it came, as <see cref="Stopwatch"/> tells it.</param>
    public void Write(HttpContext context, long bodyLength, long started)
    {
        if (_writer.IsOff)
        {
            return;
        }

        LogLine line = LogLine.Begin();
        AccessLine access = new(line, _format.Escape);
        foreach (LogFormatPart part in _format.Parts)
        {
            if (part.IsVariable)
            {
                Append(part.Text, context, bodyLength, started, access);
            }
            else
            {
                line.Append(part.Text);
            }
        }

        _writer.Write(line.Written);
    }

    public void Reopen() => _writer.Reopen();

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private void Append(string variable, HttpContext context, long bodyLength, long started, AccessLine line)
    {
        HttpRequest request = context.Request;
        switch (variable)
        {
            case "remote_addr":
                line.Append(AddressOf(context.Connection.RemoteIpAddress));
                break;
            case "remote_port":
                line.Line.Append(context.Connection.RemotePort);
                break;
            case "server_port":
                line.Line.Append(context.Connection.LocalPort);
                break;
            case "time_local":
                line.Line.Append(_clock.AccessTime);
                break;
            case "time_iso8601":
                line.Line.Append(_clock.Iso8601);
                break;
            case "msec":
                line.Line.AppendSeconds(_clock.Milliseconds);
                break;
            case "request":
                line.Append($"{request.Method} {TargetOf(context)} {request.Protocol}");
                break;
            case "request_method":
                line.Append(request.Method);
                break;
            case "request_uri":
                line.Append(TargetOf(context));
                break;
            case "request_time":
                line.Line.AppendSeconds((long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                break;
            case "status":
                line.Line.Append(context.Response.StatusCode);
                break;
            case "body_bytes_sent":
                line.Line.Append(bodyLength);
                break;
            case "scheme":
                line.Append(request.Scheme);
                break;
            case "host":
                line.Append(request.Host.Host);
                break;
            default:
                AppendHeader(variable, request.Headers, line);
                break;
        }
    }

    private static void AppendHeader(string variable, IHeaderDictionary headers, AccessLine line)
    {
        string? value = variable.StartsWith(Header, StringComparison.Ordinal)
            ? headers[variable[Header.Length..].Replace('_', '-')].ToString()
            : null;
        line.Append(string.IsNullOrEmpty(value) ? null : value);
    }

    private static string TargetOf(HttpContext context) => context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? context.Request.Path.ToString();

    private static string? AddressOf(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();
}

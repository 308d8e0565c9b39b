using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Proxy.Errors;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Exchanges;

/// <summary>Makes the answers that the gateway gives itself, by Kong's rules for what a client gets in which form.</summary>
internal static class OwnAnswers
{
    private const string JsonType = "application/json; charset=utf-8";

    /// <summary>A plugin's exit (<c>kong.response.exit</c>).</summary>
    public static void SetExit(Exchange exchange, int status, ExitBody body, HeaderMap? headers)
    {
        OwnAnswer answer = exchange.Answer;
        if (answer.IsSet)
        {
            return;
        }

        string? given = headers?["Content-Type"].First;
        if (body.Kind == ExitBodyKind.None && HasPage(status) && exchange.Phase != Phase.HeaderFilter && !exchange.IsGrpc)
        {
            // As in Kong the web server puts its page where an exit left the body open.
            SetPage(exchange, status, headers);
            return;
        }

        if (body.Kind == ExitBodyKind.None && exchange.Phase != Phase.HeaderFilter && !exchange.IsGrpc && BarePages.OfExit(status) is { } page)
        {
            answer.Set(status, page, "text/html", headers, ResponseSource.Exit);
            return;
        }

        bool toGrpc = IsGrpcType(given) || (given is null && exchange.IsGrpc && exchange.Downstream.Request.Version == HttpVersion.Http2);
        if (!toGrpc)
        {
            answer.Set(status, body.Bytes, body.Kind == ExitBodyKind.Json && given is null ? JsonType : null, headers, ResponseSource.Exit);
            return;
        }

        // A gRPC client reads no body: the message travels as grpc-message.
        answer.Set(status, default, null, headers, ResponseSource.Exit);
        int grpcStatus = GrpcStatus.Of(status);
        answer.SetGrpc(grpcStatus, body.Message ?? GrpcStatus.Name(grpcStatus));
    }

    /// <summary>An error of a plugin's (<c>kong.response.error</c>) or of the gateway's logic.</summary>
    public static void SetError(Exchange exchange, int status, string? message, HeaderMap? headers, ResponseSource source)
    {
        if (exchange.Answer.IsSet)
        {
            return;
        }

        ErrorType type = headers?["Content-Type"].First is { } given ? ErrorTypes.FromContentType(given)
            : exchange.IsGrpc ? ErrorType.Grpc
            : ErrorTypes.FromAccept(exchange.Downstream.Request.Headers.GetString(KnownHeader.Accept));
        Set(exchange, status, type, message ?? ErrorMessages.Of(status), headers, source);
    }

    /// <summary>
    /// The page for a request that failed outside of the gateway's logic: refused as malformed, or by the service. The form is chosen by
    /// <c>Accept</c>, else by the request's own type, else by <c>error_default_type</c>.
    /// </summary>
    /// <param name="exchange">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="headers">Headers to set.</param>
    public static void SetPage(Exchange exchange, int status, HeaderMap? headers = null)
    {
        HeaderTable request = exchange.Downstream.Request.Headers;
        ErrorTemplates templates = exchange.Dependencies.ErrorTemplates;
        bool isUnread = exchange.Downstream.Rejection == RequestRejection.RequestLineTooLong;
        string? accept = isUnread ? null : request.GetString(KnownHeader.Accept);
        ErrorType type = accept is not null ? ErrorTypes.FromAccept(accept)
            : !isUnread && request.GetString(KnownHeader.ContentType) is { } contentType ? ErrorTypes.FromContentType(contentType)
            : templates.DefaultType;
        string message = ErrorMessages.OfPage(status);
        exchange.HasFailed = true;
        int wireStatus = status == 494 ? 400 : status;
        if (exchange.IsGrpc)
        {
            exchange.Answer.Set(wireStatus, default, null, headers, ResponseSource.Error);
            exchange.Answer.SetGrpc(GrpcStatus.Of(status), message);
            return;
        }

        if (type == ErrorType.Grpc)
        {
            // Somebody who would read gRPC but does not speak it.
            exchange.Answer.Set(wireStatus, ValueJson.Write(new ValueMap { ["message"] = message }), JsonType, headers, ResponseSource.Error);
            return;
        }

        byte[] body = templates.Render(type, message, exchange.Id);
        exchange.Answer.Set(wireStatus, body, ErrorTemplates.ContentType(type), headers, ResponseSource.Error);
    }

    /// <summary>One of the web server's bare HTML pages.</summary>
    public static void SetBarePage(Exchange exchange, int status, byte[] page, HeaderMap? headers, bool withCharset)
    {
        exchange.Answer.Set(status, page, withCharset ? "text/html; charset=UTF-8" : "text/html", headers, ResponseSource.Error);
        exchange.Answer.IsBarePage = true;
    }

    private static void Set(Exchange exchange, int status, ErrorType type, string message, HeaderMap? headers, ResponseSource source)
    {
        if (type == ErrorType.Grpc)
        {
            int grpcStatus = GrpcStatus.Of(status);
            exchange.Answer.Set(status, default, ErrorTemplates.ContentType(type), headers, source);
            exchange.Answer.SetGrpc(grpcStatus, GrpcStatus.Name(grpcStatus));
            return;
        }

        byte[] body = exchange.Dependencies.ErrorTemplates.Render(type, message, exchange.Id);
        exchange.Answer.Set(status, body, ErrorTemplates.ContentType(type), headers, source);
    }

    /// <summary>The statuses for which Kong's web server has a page.</summary>
    private static bool HasPage(int status) => status is 400 or 404 or 405 or 408 or 411 or 412 or 413 or 414 or 417 or 500 or 502 or 503 or 504;

    private static bool IsGrpcType(string? contentType) => contentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
}

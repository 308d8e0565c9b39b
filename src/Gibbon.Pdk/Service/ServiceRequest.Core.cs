namespace Gibbon.Pdk;

/// <content>What an engine supplies.</content>
public abstract partial class ServiceRequest
{
    /// <summary>The query as it stands.</summary>
    protected abstract string RawQueryCore { get; }

    /// <summary>See <see cref="Path"/>.</summary>
    protected abstract string PathCore { get; }

    /// <summary>See <see cref="RoutedPath"/>.</summary>
    protected abstract string RoutedPathCore { get; }

    /// <summary>See <see cref="EnableBuffering"/>.</summary>
    protected abstract void EnableBufferingCore();

    /// <summary>See <see cref="SetScheme"/>.</summary>
    /// <param name="scheme"><c>http</c> or <c>https</c>.</param>
    protected abstract void SetSchemeCore(string scheme);

    /// <summary>See <see cref="SetPath"/>.</summary>
    /// <param name="path">The path, escaped.</param>
    protected abstract void SetPathCore(string path);

    /// <summary>See <see cref="SetGrpcPath"/>.</summary>
    /// <param name="path">The path, escaped.</param>
    protected abstract void SetGrpcPathCore(string path);

    /// <summary>See <see cref="SetRawQuery"/>.</summary>
    /// <param name="query">The query, encoded.</param>
    protected abstract void SetRawQueryCore(string query);

    /// <summary>See <see cref="SetMethod"/>.</summary>
    /// <param name="method">A known method.</param>
    protected abstract void SetMethodCore(string method);

    /// <summary>See <see cref="SetHeader"/>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, with a space in place of an empty text.</param>
    protected abstract Result SetHeaderCore(string name, HeaderValue value);

    /// <summary>See <see cref="AddHeader"/>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, with a space in place of an empty text.</param>
    protected abstract void AddHeaderCore(string name, HeaderValue value);

    /// <summary>See <see cref="ClearHeader"/>.</summary>
    /// <param name="name">The name, in any spelling.</param>
    protected abstract void ClearHeaderCore(string name);

    /// <summary>See <see cref="SetRawBodyAsync"/>.</summary>
    /// <param name="body">The bytes.</param>
    protected abstract ValueTask SetRawBodyCore(ReadOnlyMemory<byte> body);

    /// <summary>See <see cref="EnableTls"/>.</summary>
    /// <param name="on">Whether TLS is used.</param>
    protected abstract Result SetTlsCore(bool on);

    async ValueTask<Result> SetBodyCore((ReadOnlyMemory<byte> Body, string ContentType) encoded)
    {
        await SetRawBodyCore(encoded.Body).ConfigureAwait(false);
        return SetHeaderCore("Content-Type", encoded.ContentType);
    }
}

using System.Buffers.Text;
using System.Globalization;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Session;

/// <summary>The session of a request.</summary>
sealed class OpenSession
{
    const int TouchThreshold = 60;
    const long LongestLife = 34_560_000;

    readonly SessionConfig config;
    SessionHead? head;
    SessionHead? rememberedHead;
    string? payload;

    OpenSession(SessionConfig config) => (this.config, Content) = (config, SessionContent.Empty(config.AudienceName));

    /// <summary>What is in it.</summary>
    public SessionContent Content { get; private set; }

    /// <summary>Whether the client has it; else it is new, or there is something in it for other audiences only.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Opens the session that a client has; a remembered one is renewed.</summary>
    public static async ValueTask<OpenSession> OpenAsync(RequestContext context, SessionConfig config)
    {
        var session = new OpenSession(config);
        if (await session.ReadAsync(context, remember: false))
        {
            session.IsOpen = session.Content.HasAudience;
            return session;
        }

        if (config.Remember != true || !await session.ReadAsync(context, remember: true) || !session.Content.HasAudience
            || !await session.WriteAsync(context, remember: true))
            return session;

        session.IsOpen = await session.WriteAsync(context, remember: false);
        return session;
    }

    /// <summary>Sends the session to the client under a new id, and to the database if it is kept there.</summary>
    public async ValueTask SaveAsync(RequestContext context)
    {
        if (!await WriteAsync(context, remember: false) || !IsRemembered)
            return;

        rememberedHead ??= (await FindAsync(context, remember: true)).Head;
        await WriteAsync(context, remember: true);
    }

    /// <summary>Notes that the session is in use: renews it when most of its time is over, or tells the client when it was used.</summary>
    public async ValueTask RefreshAsync(RequestContext context)
    {
        var elapsed = Now(context) - head!.Created - head.RollingOffset;
        if (config.Rolling > 0 && elapsed > Math.Ceiling(config.Rolling * 0.75))
        {
            await WriteAsync(context, remember: false);
        }
        else if (config.Idling > 0 && elapsed - head.IdlingOffset > TouchThreshold)
        {
            head.Touch(config.Keys, elapsed);
            Cookies(remember: false).SendFirst(context, head.Text + payload);
        }
    }

    /// <summary>Ends the session, or leaves it to other audiences.</summary>
    public async ValueTask LogOutAsync(RequestContext context)
    {
        if (Content.IsShared)
        {
            Content.Clear();
            await SaveAsync(context);
            return;
        }

        await EndAsync(context, head!, remember: false);
        if (IsRemembered && (rememberedHead ?? (await FindAsync(context, remember: true)).Head) is { } remembered)
            await EndAsync(context, remembered, remember: true);
    }

    bool IsRemembered => config.Remember == true && (head!.Flags & SessionHead.ForgetFlag) == 0;

    /// <summary>Tells services and clients of the session what the configuration says.</summary>
    public void Tell(RequestContext context, bool request, bool response)
    {
        if (head is null)
            return;

        if (request)
            foreach (var name in config.RequestHeaders ?? [])
                if (Property(context, name) is { } value)
                    context.Service.Request.SetHeader(value.Header, value.Value);

        if (response)
            foreach (var name in config.ResponseHeaders ?? [])
                if (Property(context, name) is { } value)
                    context.Response.SetHeader(value.Header, value.Value);
    }

    /// <summary>Reads what the client has.</summary>
    /// <returns>Whether it is valid.</returns>
    async ValueTask<bool> ReadAsync(RequestContext context, bool remember)
    {
        var (found, text) = await FindAsync(context, remember);
        if (found is null)
            return false;

        var plain = config.Keys.Decrypt(found.Sid, remember, Base64Url.DecodeFromChars(text), found.Sealed, found.Tag);
        if (plain is null || SessionContent.Read(plain, (found.Flags & SessionHead.CompressedFlag) != 0, config.AudienceName) is not { } content)
            return false;

        Content = content;
        Keep(found, text!, remember);
        return true;
    }

    async ValueTask<(SessionHead? Head, string? Payload)> FindAsync(RequestContext context, bool remember)
    {
        var cookies = Cookies(remember);
        if (cookies.Find(context.Request) is not { } cookie || SessionHead.Read(cookie, config.Keys) is not { } found)
            return default;

        if (config.IsStored != ((found.Flags & SessionHead.StoredFlag) != 0) || IsOver(found, Now(context), remember))
            return default;

        // The client's answer does not wait for the database.
        var text = !config.IsStored ? cookies.Payload(context.Request, cookie, found.PayloadSize)
            : context.Phase == Phase.HeaderFilter ? null
            : await SessionTable.FindAsync(context.Host, found.SidText);
        return text?.Length == found.PayloadSize && Base64Url.IsValid(text) ? (found, text) : default;
    }

    bool IsOver(SessionHead found, long now, bool remember)
    {
        var age = now - found.Created;
        var rolled = age - found.RollingOffset;
        return remember
            ? Exceeds(age, config.RememberAbsolute) || Exceeds(rolled, config.RememberRolling) || found.IdlingOffset != 0
            : Exceeds(age, config.Absolute) || Exceeds(rolled, config.Rolling) || Exceeds(rolled - found.IdlingOffset, config.Idling);

        static bool Exceeds(long elapsed, double timeout) => timeout != 0 && elapsed > timeout;
    }

    async ValueTask<bool> WriteAsync(RequestContext context, bool remember)
    {
        var before = remember ? rememberedHead : head;
        var now = Now(context);
        var created = before?.Created ?? now;
        var plain = Content.Write(out var isCompressed);
        var size = Base64Url.GetEncodedLength(plain.Length);
        var cookies = Cookies(remember);
        if (!config.IsStored && cookies.Count(size) == 0)
        {
            context.Log.Err("session save failed (cookie size limit exceeded)");
            return false;
        }

        var flags = (config.IsStored ? SessionHead.StoredFlag : 0) | (isCompressed ? SessionHead.CompressedFlag : 0)
            | ((before?.Flags ?? 0) & SessionHead.ForgetFlag);
        var next = SessionHead.Create(flags, created, now - created, size);
        var text = Base64Url.EncodeToString(next.Seal(config.Keys, remember, plain));
        var count = cookies.Send(context, next.Text + (config.IsStored ? "" : text), remember ? RememberAttributes(created) : "");
        if (config.IsStored)
            await StoreAsync(context, next.SidText, text, before?.SidText, remember);
        else if (before is not null)
            cookies.End(context, cookies.Count(before.PayloadSize), kept: count);

        Keep(next, text, remember);
        return true;
    }

    void Keep(SessionHead next, string text, bool remember)
    {
        if (remember)
            rememberedHead = next;
        else
            (head, payload) = (next, config.IsStored ? "" : text);
    }

    async ValueTask StoreAsync(RequestContext context, string id, string text, string? oldId, bool remember)
    {
        var host = context.Host;
        var ttl = Math.Max(1, Life(remember));
        long? stale = remember ? null : (long)(config.StaleTtl ?? 10);
        if (context.Phase == Phase.HeaderFilter)
            host.Timers.At(TimeSpan.Zero, _ => SessionTable.StoreAsync(host, id, text, ttl, oldId, stale));
        else
            await SessionTable.StoreAsync(host, id, text, ttl, oldId, stale);
    }

    async ValueTask EndAsync(RequestContext context, SessionHead ended, bool remember)
    {
        var cookies = Cookies(remember);
        cookies.End(context, config.IsStored ? 1 : cookies.Count(ended.PayloadSize));
        if (config.IsStored)
            await SessionTable.DeleteAsync(context.Host, ended.SidText);
    }

    long Life(bool remember) =>
        (remember ? config.RememberRolling : config.Rolling) is var seconds && seconds is 0 or > LongestLife ? LongestLife : (long)seconds;

    string RememberAttributes(long created)
    {
        var age = Life(remember: true);
        var end = DateTimeOffset.FromUnixTimeSeconds(created + age);
        return string.Create(CultureInfo.InvariantCulture, $"; Expires={end:r}; Max-Age={age}");
    }

    (string Header, string Value)? Property(RequestContext context, string name)
    {
        var age = Now(context) - head!.Created;
        var rolled = age - head.RollingOffset;
        var idling = Left(config.Idling, rolled - head.IdlingOffset);
        var rolling = Left(config.Rolling, rolled);
        var absolute = Left(config.Absolute, age);
        (string Header, string? Value) found = name switch
        {
            "id" => ("Session-Id", head.SidText),
            "audience" => ("Session-Audience", config.AudienceName),
            "subject" => ("Session-Subject", Content.Subject),
            "timeout" => ("Session-Timeout", Text(new[] { idling, rolling, absolute }.Min())),
            "idling-timeout" => ("Session-Idling-Timeout", Text(idling)),
            "rolling-timeout" => ("Session-Rolling-Timeout", Text(rolling)),
            _ => ("Session-Absolute-Timeout", Text(absolute)),
        };
        return found.Value is { } value ? (found.Header, value) : null;

        static double? Left(double timeout, long elapsed) => timeout == 0 ? null : timeout - elapsed;

        static string? Text(double? seconds) => seconds is { } number ? Pdk.Schemas.Value.ToText(number) : null;
    }

    SessionCookies Cookies(bool remember) => new(config, Name(config, remember));

    static string Name(SessionConfig config, bool remember) => (remember ? config.RememberCookieName : config.CookieName) ?? (remember ? "remember" : "session");

    static long Now(RequestContext context) => context.Host.Time.GetUtcNow().ToUnixTimeSeconds();
}

using System.Buffers;
using System.Text.RegularExpressions;

namespace Gibbon.Plugins.BotDetection;

/// <summary>
/// Which user agents Kong takes for robots. Its fourteen expressions come down to three questions: does a telling word or a robot's name occur,
/// is a name followed by a version, does one of a few particular forms occur.
/// </summary>
static class BotRules
{
    static readonly SearchValues<string> WordsInAnyCase = SearchValues.Create(["spider", "crawl"], StringComparison.OrdinalIgnoreCase);

    static readonly SearchValues<string> Names = SearchValues.Create(
        [.. Words(
            """
            Scrape scrape
            AdsBot-Google AppEngine-Google Googlebot Mediapartners-Google Google\ SketchUp bingbot BingPreview msnbot msrbot Slurp Twitterbot
            LinkedInBot Slackbot-LinkExpanding Slack-ImgProxy WhatsApp WordPress YahooSeeker YodaoBot Mail.RU_Bot MJ12bot SemrushBot
            Google-HTTP-Java-Client Apache-HttpClient Go-http-client scalaj-http http%20client Python-urllib HttpMonitor TLSProber WinHTTP JNLP
            okhttp aihttp reqwest axios unirest-java unirest-python unirest-ruby unirest-nodejs unirest-php unirest-net
            50.nu Aboundex Ask\ Jeeves BUbiNG BlogBridge Bloglovin BoardReader\ Blog\ Indexer BoardReader\ Favicon\ Fetcher
            BotName/$BotVersion BotSeer Catchpoint Charlotte Checklinks Cityreview\ Robot Daumoa Feed\ Seeker\ Bot Feedbin Finderbots Flamingo_SearchEngine
            FollowSite\ Bot Genieo GomezAgent HiddenMarket HooWWWer Icarus6j IconSurf IlTrovatore InfuzApp InternetArchive Job\ Roboter
            KaloogaBot Kraken Kurzor LEIA LesnikBot Linguee\ Bot LinkAider Lite\ Bot Llaut Mtps\ Feed\ Aggregation\ System Netvibes NewsGator
            Nutch Nymesis OOZBOT ObjectsSearch OgScrper Orbiter PagePeeker PagesInventory PaxleFramework Peeplo\ Screenshot\ Bot
            PlantyNet_WebRobot Pompos Qwantify Read%20Later Reaper RedCarpet Retreiver Riddler Rival\ IQ SEOstats Scrapy Scrubby SimplePie
            SimpleRSS Simpy SiteCat\ Webbot SiteCon Squrl\ Java Stringer TheUsefulbot ThumbShotsBot Thumbshots.ru Tiny\ Tiny\ RSS URL2PNG
            Vagabondo VoilaBot Votay\ bot WIRE Web-sniffer WebThumb WhatWeb Wotbox YottaaMonitor Yowedo ZeBot_www.ze.bz ZooShot ZyBorg
            altavista archiver blitzbot charlotte clumboot findlinks furlbot gigabot gonzo1 grub-client heritrix holmes htdig ichiro
            larbin lycos masidani_bot masscan mogimogi mozDex netresearch scooter searchsight seekbot semanticdiscovery snappy
            www.almaden.ibm.com yacy
            """)],
        StringComparison.Ordinal);

    // In the automaton's linear time, whatever a client sends.
    static readonly Regex[] Forms =
    [
        .. from form in (string[])
        [
            // A name, a slash, a version.
            "Pingdom\\.com_bot_version_[0-9]+\\.[0-9]",
            "facebookexternalhit/[0-9]+\\.[0-9]",
            "\\b(?:Boto3?|JetS3t|s3fs|aws-cli|aws-sdk-(?:cpp|go|java|nodejs|ruby2?|dotnet-(?:[0-9][0-9]?|core)))/[0-9]+\\.[0-9]",
            "\\b(?:008|Altresium|Argus|BaiduMobaider|BoardReader|DNSGroup|DataparkSearch|EDI|Goodzer|Grub|INGRID|Infohelfer|LOOQ)/[0-9]",
            "\\b(?:PathDefender|Peew|PostPost|Steeler|VSE|WebCrunch|WebZIP|Y!J-BR[A-Z]|envolk|sproose|wminer)/[0-9]",
            "(?:[Aa]rchiver|[Ii]ndexer|[Bb]ot)[/ ][0-9]",
            "/(?:[A-z]+[Bb]ot|Axtaris|fetchurl|Isara|ShopSalad|Tailsweep)[ -][0-9]",

            // Names that begin or end the text, or a word of it, or have something open within.
            " PTST/[0-9]+\\.?[0-9]+$",
            "^(?:NING|vortex|voyager|Zao)",
            "\\bYeti|jbot\\b|\\b\\w{0,30}favicon\\w{0,30}\\b|Yandex\\w",
            "Google.*/\\+/web/snippet|MSIE [0-9]+\\.[0-9]+(?:[a-z][0-9]?)?;.* MSIECrawler",
            "archive.{0,30}\\.org_bot|Accoona-[A-z]{1,30}-Agent|IP2[a-z]{1,30}Bot|Microsoft .{0,30} Bot|Xerka [A-z]{1,30}Bot",
            "boitho.com-dc|WASALive.Bot|WeSEE:[A-z]|Xenu(?:.s)? Link Sleuth",
        ]
        select new Regex(form, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking),
    ];

    /// <summary>Whether a user agent is a robot's.</summary>
    public static bool IsBot(ReadOnlySpan<char> userAgent)
    {
        if (userAgent.IndexOfAny(WordsInAnyCase) >= 0 || userAgent.IndexOfAny(Names) >= 0)
            return true;

        foreach (var form in Forms)
            if (form.IsMatch(userAgent))
                return true;

        return false;
    }

    /// <summary>Words between spaces and line ends; a space after a backslash belongs to the word.</summary>
    static IEnumerable<string> Words(string text) =>
        text.Replace("\\ ", "\0", StringComparison.Ordinal)
            .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static word => word.Replace('\0', ' '));
}

/* Tesseract is linked with libarchive and libcurl, to read models from archives and pages from URLs.
 * VoiceAssist uses neither. With them came 46 MB of libraries and a second way out of the container,
 * so the image has these instead: everything answers "there is none". */

#ifdef ARCHIVE
#define FATAL (-30)
void *archive_read_new(void) { return 0; }
int archive_read_free(void *archive) { (void)archive; return 0; }
int archive_read_support_filter_all(void *archive) { (void)archive; return FATAL; }
int archive_read_support_format_all(void *archive) { (void)archive; return FATAL; }
int archive_read_open_filename(void *archive, const char *name, unsigned long block)
{
    (void)archive; (void)name; (void)block;
    return FATAL;
}
int archive_read_next_header(void *archive, void **entry) { (void)archive; (void)entry; return FATAL; }
long archive_read_data(void *archive, void *to, unsigned long size)
{
    (void)archive; (void)to; (void)size;
    return FATAL;
}
const char *archive_entry_pathname(void *entry) { (void)entry; return ""; }
long long archive_entry_size(void *entry) { (void)entry; return 0; }
const char *archive_version_details(void) { return "no libarchive"; }
#endif

#ifdef CURL
#define FAILED_INIT 2
void *curl_easy_init(void) { return 0; }
void curl_easy_cleanup(void *handle) { (void)handle; }
int curl_easy_setopt(void *handle, int option, ...) { (void)handle; (void)option; return FAILED_INIT; }
int curl_easy_perform(void *handle) { (void)handle; return FAILED_INIT; }
const char *curl_easy_strerror(int code) { (void)code; return "no libcurl"; }
const char *curl_version(void) { return "no libcurl"; }
#endif

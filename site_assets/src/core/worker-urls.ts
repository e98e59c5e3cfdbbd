/** URLs of the page's workers. The entry sets them: it alone holds their hashed names. */
export const workerUrls = { predicting: "", training: "" };
